package main

import (
	"cmp"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/report"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// A console writes text for people: what is wider than the terminal is folded,
// and what matters is coloured where colours are wanted. It keeps lines back
// until it knows whether they belong to a table: call Flush at the end.
type console struct {
	out     io.Writer
	columns int
	rows    bool // fold the rows of tables too; in a file they stay whole
	colour  bool
	partial string   // a line that has not ended
	table   []string // lines that may be a table
}

// newConsole is for the text of a command that goes to out. Where it is not
// known how wide that is, text is folded to so many columns.
func newConsole(cmd *cobra.Command, out io.Writer, otherwise int) *console {
	known := knownColumns(out)
	return &console{out: out, columns: cmp.Or(known, otherwise), rows: known > 0, colour: colours(cmd, out)}
}

const (
	defaultColumns = 80            // of prose, where the width is not known
	wholeLines     = math.MaxInt32 // so that others can look for something in them
)

// knownColumns is how wide text may be on out: as COLUMNS says, or as the
// terminal is; 0 where neither is known.
func knownColumns(out io.Writer) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return terminalColumns(out)
}

// terminalColumns is how wide the terminal out is, or 0 if it is none.
func terminalColumns(out io.Writer) int {
	if file, ok := out.(*os.File); ok {
		if n, _, err := term.GetSize(int(file.Fd())); err == nil {
			return max(0, n)
		}
	}
	return 0
}

// isTerminal says that out is a terminal that can move its cursor.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// The values of the flag --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

var colorModes = []string{colorAuto, colorAlways, colorNever}

const colorFlag = "color"

// colours says whether to colour what goes to out. What the flag says goes
// before the environment (https://no-color.org).
func colours(cmd *cobra.Command, out io.Writer) bool {
	mode := colorAuto
	if flag := cmd.Root().PersistentFlags().Lookup(colorFlag); flag != nil {
		mode = flag.Value.String()
	}
	return mode == colorAlways || mode == colorAuto && os.Getenv("NO_COLOR") == "" && isTerminal(out)
}

// The colours that are used, as codes of ECMA-48.
const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func coloured(code, text string) string { return "\x1b[" + code + "m" + text + "\x1b[0m" }

// highlights are the words that a reader looks for.
var highlights = []struct {
	pattern *regexp.Regexp
	code    string
}{
	{regexp.MustCompile(`\b(REGRESSED|INVALID|[1-9]\d* failed)\b`), red},
	{regexp.MustCompile(`\b(IMPROVED|VALID)\b`), green},
	{regexp.MustCompile(`\b(INCONCLUSIVE|UNMEASURABLE)\b`), yellow},
}

// headingLine is one that begins something: a question, or one of several files.
var headingLine = regexp.MustCompile(`^(\[[a-z]+\] |== )`)

func (c *console) Write(text []byte) (int, error) {
	lines := strings.SplitAfter(c.partial+string(text), "\n")
	last := len(lines) - 1
	c.partial = lines[last]
	for _, line := range lines[:last] {
		line = strings.TrimSuffix(line, "\n")
		if strings.Contains(strings.TrimLeft(line, " "), "  ") {
			c.table = append(c.table, line)
			continue
		}
		if err := c.writeTable(); err != nil {
			return 0, err
		}
		if err := c.write(foldProse(line, c.columns), "\n"); err != nil {
			return 0, err
		}
	}
	return len(text), nil
}

// Flush writes what was kept back.
func (c *console) Flush() error {
	err := c.writeTable()
	if err == nil && c.partial != "" {
		err = c.write(foldProse(c.partial, c.columns), "")
		c.partial = ""
	}
	return err
}

func (c *console) writeTable() error {
	lines := c.table
	if c.rows {
		lines = foldTable(lines, c.columns)
	}
	c.table = nil
	return c.write(lines, "\n")
}

func (c *console) write(lines []string, end string) error {
	if len(lines) == 0 {
		return nil
	}
	_, err := io.WriteString(c.out, strings.Join(c.colours(lines), "\n")+end)
	return err
}

// colours colours lines that were folded from one, or are a table.
func (c *console) colours(lines []string) []string {
	if !c.colour {
		return lines
	}
	heading := headingLine.MatchString(lines[0])
	out := make([]string, len(lines))
	for i, line := range lines {
		for _, h := range highlights {
			line = h.pattern.ReplaceAllStringFunc(line, func(word string) string { return coloured(h.code, word) })
		}
		if heading {
			line = coloured(bold, line)
		}
		out[i] = line
	}
	return out
}

// printProse lets a function write prose to out, fitted to the terminal.
func printProse(cmd *cobra.Command, out io.Writer, write func(out io.Writer) error) error {
	return newConsole(cmd, out, defaultColumns).print(write)
}

// printText lets a function write to the standard output of a command, fitted to
// the terminal if it is one.
func printText(cmd *cobra.Command, write func(out io.Writer) error) error {
	return newConsole(cmd, cmd.OutOrStdout(), wholeLines).print(write)
}

// printEither prints a value as JSON, or what a function writes of it for people.
func printEither(cmd *cobra.Command, asJSON bool, v any, write func(out io.Writer) error) error {
	if asJSON {
		return report.WriteJSON(cmd.OutOrStdout(), v)
	}
	return printText(cmd, write)
}

func (c *console) print(write func(out io.Writer) error) error {
	if err := write(c); err != nil {
		return err
	}
	return c.Flush()
}
