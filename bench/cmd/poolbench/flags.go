package main

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A value is that of a flag of any type: what its text stands for.
type value[T any] struct {
	p     *T
	kind  string // as help names it
	parse func(text string) (T, error)
	text  func(T) string
}

func (v value[T]) Set(text string) (err error) {
	*v.p, err = v.parse(text)
	return err
}

func (v value[T]) String() string { return v.text(*v.p) }

func (v value[T]) Type() string { return v.kind }

// wholeVar declares a flag that counts something. It may be written as 1000 or as
// 1e3.
func wholeVar(f *pflag.FlagSet, p *int, name string, byDefault int, usage string) {
	*p = byDefault
	f.Var(value[int]{p, "int", func(text string) (int, error) {
		if whole, err := strconv.Atoi(text); err == nil {
			return whole, nil
		}
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
			return 0, errors.New(wanted["int"])
		}
		return int(x), nil
	}, strconv.Itoa}, name, usage)
}

// seedVar declares the flag --seed, which is drawn if it is not given: help then
// names no default.
func seedVar(f *pflag.FlagSet, p *uint64, usage string) {
	*p = uint64(time.Now().UnixNano())
	f.Var(value[uint64]{p, "number", func(text string) (uint64, error) {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n == 0 {
			return 0, errors.New("want a whole number from 1 to 18446744073709551615, as the head of a results file has it")
		}
		return n, nil
	}, func(uint64) string { return "" }}, "seed", usage)
}

// cpuVar declares the flag --cpu: numbers of CPUs, as go test has it. By default
// it is what Go would use here. It is always given to the test binaries: left to
// itself, GOMAXPROCS may change while they run.
func cpuVar(f *pflag.FlagSet, p *[]int, usage string) {
	*p = []int{runtime.GOMAXPROCS(0)}
	f.Var(value[[]int]{p, "numbers", func(text string) (all []int, err error) {
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			if err != nil || n < 1 {
				return nil, errors.New("want numbers of 1 or more, separated by commas")
			}
			all = append(all, n)
		}
		return all, nil
	}, func([]int) string { return "" }}, "cpu", usage)
}

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
