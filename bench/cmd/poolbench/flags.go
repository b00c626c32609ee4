package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A wholeNumber is the value of a flag that counts something. It may be written
// as 1000 or as 1e3.
type wholeNumber int

// wholeVar declares a flag that is a whole number.
func wholeVar(f *pflag.FlagSet, p *int, name string, value int, usage string) {
	*p = value
	f.Var((*wholeNumber)(p), name, usage)
}

func (n *wholeNumber) Set(text string) error {
	if whole, err := strconv.Atoi(text); err == nil {
		*n = wholeNumber(whole)
		return nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
		return errors.New(wanted[n.Type()])
	}
	*n = wholeNumber(x)
	return nil
}

func (n *wholeNumber) String() string { return strconv.Itoa(int(*n)) }

func (n *wholeNumber) Type() string { return "int" }

// wanted says what the value of a flag of each type looks like.
var wanted = map[string]string{
	"int":      "want a whole number, such as 1000 or 1e3",
	"uint64":   "want a whole number from 0 to 18446744073709551615",
	"float64":  "want a number, such as 0.5 or 1e3",
	"duration": "want a duration with its unit, such as 90s, 1m30s or 5us",
	"bool":     "want true or false, or nothing",
}

// flagError says what is wrong with a flag, or with the word before it: what is
// no command has no flags.
func flagError(cmd *cobra.Command, err error) error {
	if cmd.HasAvailableSubCommands() && cmd.Flags().NArg() > 0 {
		return unknown("command", cmd.Flags().Arg(0), available(cmd))
	}
	var invalid *pflag.InvalidValueError
	var missing *pflag.NotExistError
	switch {
	case errors.As(err, &invalid):
		if want := wanted[invalid.GetFlag().Value.Type()]; want != "" {
			err = fmt.Errorf("invalid argument %q for %q flag: %s", invalid.GetValue(), "--"+invalid.GetFlag().Name, want)
		}
	case errors.As(err, &missing) && missing.GetSpecifiedShortnames() == "":
		if near := nearest(missing.GetSpecifiedName(), flagNames(cmd)); near != "" {
			return fmt.Errorf("%w; see %q; did you mean --%s?", err, cmd.CommandPath()+" --help", near)
		}
	}
	return fmt.Errorf("%w; see %q", err, cmd.CommandPath()+" --help")
}

// flagNames lists the flags that a command shows.
func flagNames(cmd *cobra.Command) (names []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// given lists the flags of a command, other than the ones allowed, that were
// set.
func given(cmd *cobra.Command, allowed ...string) (names []string) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && !slices.Contains(allowed, f.Name) {
			names = append(names, "--"+f.Name)
		}
	})
	return names
}

// refuse makes a command refuse the values that a flag was given, if there are
// none or if wrong returns an error. What it has by default is right.
func refuse(cmd *cobra.Command, flag string, wrong func(values []string) error) {
	before := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if before != nil {
			if err := before(cmd, args); err != nil {
				return err
			}
		}
		f := cmd.Flags().Lookup(flag)
		if !f.Changed {
			return nil
		}
		values := []string{f.Value.String()}
		if list, is := f.Value.(pflag.SliceValue); is {
			values = list.GetSlice()
		}
		if len(values) == 0 { // which would otherwise mean all
			return fmt.Errorf("--%s names nothing: name at least one, or leave the flag out for all", flag)
		}
		return wrong(values)
	}
}

// require makes a command refuse the value of a flag unless it is right.
func require(cmd *cobra.Command, flag, want string, right func() bool) {
	refuse(cmd, flag, func(values []string) error {
		if right() {
			return nil
		}
		return fmt.Errorf("--%s %s: %s", flag, values[0], want)
	})
}

// requireNames makes a command refuse what is none of the known names, and the
// shell complete them.
func requireNames(cmd *cobra.Command, flag string, values known) {
	complete(cmd, flag, values)
	refuse(cmd, flag, func(names []string) error {
		for _, name := range names {
			if err := oneOf(flag, name, values.names()); err != nil {
				return err
			}
		}
		return nil
	})
}

// exclude refuses two flags of which each says the opposite of the other.
func exclude(cmd *cobra.Command, a, b, why string) error {
	if cmd.Flags().Changed(a) && cmd.Flags().Changed(b) {
		return fmt.Errorf("--%s and --%s exclude each other: %s", a, b, why)
	}
	return nil
}

// paragraphs joins the lines of each paragraph, so that it can be folded to the
// width of a terminal. Lines that are indented stay as they are.
func paragraphs(text string) string {
	var lines []string
	joins := false
	for line := range strings.SplitSeq(text, "\n") {
		prose := line != "" && !strings.HasPrefix(line, " ")
		if prose && joins {
			lines[len(lines)-1] += " " + line
		} else {
			lines = append(lines, line)
		}
		joins = prose
	}
	return strings.Join(lines, "\n")
}
