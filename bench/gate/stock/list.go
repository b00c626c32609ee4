package stock

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"
)

// A Listing is what benchmarks a binary has.
type Listing struct {
	Found  []Found
	Faults []Fault
	Better map[string]int // by unit: +1 where higher is better, -1 where lower is, as the binary declares it
}

// Has reports whether the binary has a benchmark of that name, faulty or not.
func (l Listing) Has(name string) bool {
	return slices.ContainsFunc(l.Found, func(f Found) bool { return f.Name == name }) ||
		slices.ContainsFunc(l.Faults, func(f Fault) bool { return f.Name == name })
}

// A Found is a benchmark that ran.
type Found struct {
	Name  string        // with the word Benchmark, without the number of CPUs
	PerOp time.Duration // of its first iteration, warming up included
	Units []string      // that its line has
}

// A Fault is a benchmark that cannot be measured, and why.
type Fault struct {
	Name string
	Err  error
}

// maxFaults is how many benchmarks that hang or kill the process are looked
// for in one binary.
const maxFaults = 20

// List runs every benchmark that matches the pattern for one iteration: only so
// are sub-benchmarks known. What takes longer than patience, dies, fails or
// prints is a fault. The error is about the binary as a whole.
func List(ctx context.Context, binary Binary, pattern string, cpu int, patience time.Duration) (Listing, error) {
	var killers []Fault
	for {
		l := lister{Listing: Listing{Better: make(map[string]int)}, suffix: Benchmark{CPU: cpu}.FullName()}
		args := []string{"-test.bench=" + pattern, "-test.benchtime=1x", fmt.Sprintf("-test.cpu=%d", cpu)}
		if len(killers) > 0 {
			var skip []string
			for _, k := range killers {
				skip = append(skip, exactly(k.Name))
			}
			args = append(args, "-test.skip="+strings.Join(skip, "|"))
		}
		said, err := stream(ctx, binary.run(args...), patience, l.take)
		l.endFailure()
		if err == nil && l.running != "" {
			err = errors.New("it exits with 0 and says neither PASS nor FAIL")
		}
		var prints *PrintError
		switch {
		case ctx.Err() != nil:
			return Listing{}, ctx.Err()
		case err == nil || l.failed(err):
			l.Faults = append(l.Faults, killers...)
			return l.Listing, nil
		case l.running == "" && (len(l.began) == 0 || l.done || errors.Is(err, errHung)):
			return Listing{}, fmt.Errorf("run the benchmarks of %s: %w%s", binary.Path, err, after(": ", said))
		}
		killer := Fault{l.running, &SlowError{Patience: patience.String()}}
		switch {
		case errors.As(err, &prints):
			killer.Err = prints
		case !errors.Is(err, errHung):
			killer = culprit(ctx, binary, l.began, cpu, patience, err, said)
		}
		killers = append(killers, killer)
		if len(killers) > maxFaults {
			return Listing{}, fmt.Errorf("run the benchmarks of %s: more than %d of them hang or end the process, the last with: %w", binary.Path, maxFaults, killer.Err)
		}
	}
}

// lastBegun is how many of the benchmarks that began last are tried alone.
const lastBegun = 3

// culprit finds who ended a process, of the benchmarks that had begun. Mostly it
// is the last. But a benchmark that panics tells the testing package that it is
// done before the runtime ends the process, and meanwhile the next may begin; and
// a goroutine that it left behind may panic much later. So those that the stack of
// the panic names are tried alone first, and then the last ones, from the last.
// Who is named and lives when it is alone is still the likeliest.
func culprit(ctx context.Context, binary Binary, began []string, cpu int, patience time.Duration, err error, said string) Fault {
	suspects := named(began, said)
	likeliest := began[len(began)-1]
	if len(suspects) > 0 {
		likeliest = suspects[0]
	}
	for _, name := range slices.Backward(began[max(0, len(began)-lastBegun):]) {
		if !slices.Contains(suspects, name) {
			suspects = append(suspects, name)
		}
	}
	for _, name := range suspects {
		alone, end := stream(ctx, binary.run("-test.bench="+exactly(name), "-test.benchtime=1x", fmt.Sprintf("-test.cpu=%d", cpu)),
			patience, func(string) error { return nil })
		var exit *exec.ExitError
		// The testing package exits with 1 when a benchmark fails.
		if errors.As(end, &exit) && exit.ExitCode() != 1 {
			return Fault{name, endOf(end, alone)}
		}
	}
	return Fault{likeliest, endOf(err, said)}
}

// inStack finds the functions of benchmarks in a stack: their own frames, those
// of funcs in them, and who began a goroutine.
var inStack = regexp.MustCompile(`\.(Benchmark\w*)[.( ]`)

// named returns those of the benchmarks that the stack of a panic names, from
// the one that began last, and no more of them than are tried of others.
func named(began []string, said string) (names []string) {
	_, stack, _ := strings.Cut(said, "\ngoroutine ")
	stack, _, _ = strings.Cut(stack, "\n\n") // of the goroutine that panics
	for _, m := range inStack.FindAllStringSubmatch(stack, -1) {
		for _, name := range slices.Backward(began) {
			root, _, _ := strings.Cut(name, "/")
			if root == m[1] && len(names) < lastBegun && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// endOf says how a process ended.
func endOf(err error, said string) error {
	return fmt.Errorf("it ends the process: %w%s", err, after(": ", opening(said)))
}

// opening is what a program says first when it dies; the stacks of all its
// goroutines follow.
func opening(said string) string {
	said, _, _ = strings.Cut(said, "\n\n")
	said, _, _ = strings.Cut(said, "\ngoroutine ")
	return said[:min(len(said), 300)]
}

func after(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// failed reports that a process has ended so because a benchmark has failed, which
// makes the whole binary fail at its end. One that dies between two benchmarks, as
// when a panic comes late, has not told all that it has.
func (l *lister) failed(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && l.running == "" && (l.done || exit.ExitCode() == 1) && len(l.Found)+len(l.Faults) > 0
}

// A lister makes a listing of lines.
type lister struct {
	Listing
	done    bool   // the process has said PASS or FAIL
	suffix  string // of names, for the number of CPUs
	running string // the benchmark that has begun and not ended
	begun   time.Time
	began   []string // every benchmark that has
	logged  []string // by the running one
	failing string   // the benchmark whose output follows
	output  []string
}

func (l *lister) take(line string) error {
	if r, ok := parse(line); ok {
		l.endFailure()
		name := strings.TrimSuffix(r.name, l.suffix)
		l.running = ""
		if l.faulty(name) {
			return nil
		}
		var units []string
		for u := range r.values {
			units = append(units, u)
		}
		slices.Sort(units)
		r.since = time.Since(l.begun)
		l.Found = append(l.Found, Found{name, r.elapsed(), units})
		return nil
	}
	what, name := kindOf(line)
	if line == "PASS" || line == "FAIL" {
		l.running, l.done = "", true // it is done with benchmarks: those without a line have none
	}
	if l.running != "" && strings.HasPrefix(line, "    ") {
		// Under -test.v a benchmark's log comes before its failure.
		l.logged = append(l.logged, strings.TrimSpace(line))
	}
	if l.failing != "" && (what == frame || what == stray) && line != "" && line != "FAIL" && line != "PASS" {
		l.output = append(l.output, strings.TrimSpace(line))
		return nil
	}
	l.endFailure()
	switch what {
	case begins:
		l.running, l.begun, l.logged = name, time.Now(), nil
		l.began = append(l.began, name)
	case skipped:
		l.running = ""
	case fails:
		l.running, l.failing = "", strings.TrimSuffix(name, l.suffix)
		l.output, l.logged = l.logged, nil
	case unit:
		l.better(line)
	case stray:
		if l.running != "" && !l.faulty(l.running) {
			l.Faults = append(l.Faults, Fault{l.running, &PrintError{line}})
		}
	}
	return nil
}

// endFailure takes up a failure whose output has ended. A benchmark fails with
// each of its sub-benchmarks, of which it is enough to tell.
func (l *lister) endFailure() {
	if l.failing != "" && !slices.ContainsFunc(l.Faults, func(f Fault) bool {
		return f.Name == l.failing || strings.HasPrefix(f.Name, l.failing+"/")
	}) {
		l.Faults = append(l.Faults, Fault{l.failing, &FailError{strings.Join(l.output, "; ")}})
	}
	l.failing, l.output = "", nil
}

func (l *lister) faulty(name string) bool {
	return slices.ContainsFunc(l.Faults, func(f Fault) bool { return f.Name == name })
}

// better takes up what a line says of a unit.
func (l *lister) better(line string) {
	reader := benchfmt.NewReader(strings.NewReader(line), "")
	for reader.Scan() {
		if m, ok := reader.Result().(*benchfmt.UnitMetadata); ok && m.Key == "better" {
			switch m.Value {
			case "higher":
				l.Better[m.OrigUnit] = +1
			case "lower":
				l.Better[m.OrigUnit] = -1
			}
		}
	}
}
