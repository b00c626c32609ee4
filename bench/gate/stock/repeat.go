package stock

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// repeat runs a benchmark so often in one process and returns what each
// repetition said.
func repeat(ctx context.Context, binary Binary, b Benchmark, times int, patience time.Duration) ([]result, error) {
	var results []result
	w := watcher{benchmark: b}
	last := time.Now()
	said, err := stream(ctx, binary.command(b, times), patience, func(line string) error {
		r, ok, err := w.take(line)
		if ok {
			r.since, last = time.Since(last), time.Now()
			results = append(results, r)
		}
		return err
	})
	var prints *PrintError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case w.failed:
		return nil, &FailError{strings.Join(w.output, "; ")}
	case errors.As(err, &prints):
		return nil, prints
	case len(results) == times:
		return results, nil // what the process does at its end is not asked
	case errors.Is(err, errHung):
		return nil, &SlowError{Patience: patience.String()}
	case err != nil:
		return nil, fmt.Errorf("run %s: %w%s", b.Name, err, after(": ", opening(said)))
	}
	return nil, fmt.Errorf("run %s: %d of %d repetitions printed a line%s", b.Name, len(results), times, after(": ", opening(said)))
}

// mostLogged is how many lines of a benchmark's log are kept, in case it fails.
const mostLogged = 10

// A watcher picks the results of one benchmark out of the lines of a process.
type watcher struct {
	benchmark Benchmark
	begun     bool // what was printed before is none of the benchmark's doing
	failed    bool
	output    []string // its log, and what is said of the failure
}

// take reads a line, and says whether it is a result.
func (w *watcher) take(line string) (result, bool, error) {
	if r, ok := parse(line); ok && r.name == w.benchmark.FullName() {
		w.begun, w.output = true, nil
		return r, true, nil
	}
	switch what, name := kindOf(line); {
	case what == fails:
		w.failed = true
	case w.failed:
		if text := strings.TrimSpace(line); text != "" && text != "FAIL" {
			w.output = append(w.output, text)
		}
	case strings.HasPrefix(line, "    ") && len(w.output) < mostLogged:
		w.output = append(w.output, strings.TrimSpace(line))
	case what == begins:
		w.begun = w.begun || name == w.benchmark.Name
	case what == stray && w.begun:
		return result{}, false, &PrintError{line}
	}
	return result{}, false, nil
}
