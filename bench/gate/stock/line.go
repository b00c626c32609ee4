package stock

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"
)

// A result is what one line of a benchmark says.
type result struct {
	name   string // with the number of CPUs
	n      int
	values map[string]float64 // by unit, as printed: ns/op
	since  time.Duration      // from the line before it, or from the start
}

// elapsed is how long the repetition took: by its own clock, or by the line
// before it where a benchmark prints no ns/op.
func (r result) elapsed() time.Duration {
	if perOp, ok := r.values[nsPerOp]; ok {
		return time.Duration(perOp * float64(r.n))
	}
	return r.since
}

const nsPerOp = "ns/op"

// parse reads a line, and says whether it is one of results.
func parse(line string) (result, bool) {
	if !strings.HasPrefix(line, "Benchmark") || !strings.ContainsAny(line, "\t") {
		return result{}, false
	}
	reader := benchfmt.NewReader(strings.NewReader(line), "")
	if !reader.Scan() {
		return result{}, false
	}
	record, ok := reader.Result().(*benchfmt.Result)
	if !ok {
		return result{}, false
	}
	r := result{name: "Benchmark" + record.Name.String(), n: record.Iters, values: make(map[string]float64)}
	for _, v := range record.Values {
		if v.OrigUnit != "" {
			r.values[v.OrigUnit] = v.OrigValue
		} else {
			r.values[v.Unit] = v.Value
		}
	}
	return r, r.n > 0
}

// Kinds of lines that are no results.
type kind int

const (
	frame  kind = iota // what the testing package prints around results
	begins             // the name of a benchmark that begins
	fails
	skipped
	unit  // metadata on a unit
	stray // printed by the benchmark itself
)

// kindOf says what a line is that holds no result, and of which benchmark.
func kindOf(line string) (kind, string) {
	first, _, _ := strings.Cut(line, " ")
	switch {
	case strings.HasPrefix(line, "--- FAIL: "):
		return fails, subject(line)
	case strings.HasPrefix(line, "--- SKIP: "):
		return skipped, subject(line)
	case strings.HasPrefix(line, "Unit "):
		return unit, ""
	case line == "", line == "PASS", line == "FAIL", strings.HasPrefix(line, "    "),
		strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "=== "),
		first == "goos:", first == "goarch:", first == "pkg:", first == "cpu:",
		strings.HasPrefix(line, "exit status "), strings.HasPrefix(line, "ok  "):
		return frame, ""
	case strings.HasPrefix(line, "Benchmark") && first == line && !strings.Contains(line, "\t"):
		return begins, line
	}
	return stray, ""
}

// subject is the benchmark that a line such as "--- FAIL: BenchmarkX" is about.
func subject(line string) string {
	if fields := strings.Fields(line); len(fields) > 2 {
		return fields[2]
	}
	return ""
}

// A PrintError says that a benchmark prints to standard output, where its
// results are to stand.
type PrintError struct{ Text string }

func (e *PrintError) Error() string {
	return fmt.Sprintf("it prints to standard output (%.60q), where results are to stand: let it print to standard error or not at all", e.Text)
}

// A FailError says that a benchmark failed.
type FailError struct{ Output string }

func (e *FailError) Error() string {
	if e.Output == "" {
		return "it fails"
	}
	return "it fails: " + e.Output
}

// A SlowError says that nothing came of a benchmark in time.
type SlowError struct{ Patience string }

func (e *SlowError) Error() string {
	return "one iteration takes over " + e.Patience + ", too long to be repeated within the budget: raise --budget, or leave it out with --bench"
}

// A HostError says that the machine refuses what every benchmark needs: a pipe, a
// file, a process. No benchmark is to blame.
type HostError struct {
	What string
	Err  error
}

func (e *HostError) Error() string {
	return fmt.Sprintf("%s: %v: the machine refuses it to every benchmark; free what is lacking", e.What, e.Err)
}

func (e *HostError) Unwrap() error { return e.Err }
