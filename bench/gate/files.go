package gate

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/perf/benchfmt"

	"github.com/poolbench/poolbench/bench/gate/stock"
	"github.com/poolbench/poolbench/bench/gate/trial"
)

// Names of the files of a verdict.
const (
	VerdictFile = "verdict.json"
	SummaryFile = "summary.md"
	BaseFile    = "base.txt"
	HeadFile    = "head.txt"
)

// Write writes what has been found so far into the gate's folder.
func (g *Gate) Write() error {
	v := g.Result()
	summary := filepath.Join(g.out, SummaryFile)
	errs := []error{
		writeJSON(filepath.Join(g.out, VerdictFile), v),
		g.writeLines(BaseFile, func(p *Pair) (map[string]float64, int) { return p.Base, p.Layouts[0] }),
		g.writeLines(HeadFile, func(p *Pair) (map[string]float64, int) { return p.Head, p.Layouts[1] }),
	}
	if err := os.WriteFile(summary, []byte(v.Markdown()), 0o644); err != nil {
		errs = append(errs, fmt.Errorf("write %s: %w", summary, err))
	}
	return errors.Join(errs...)
}

// writeLines writes one side's processes in the Go benchmark format, a line for
// each pair, in the same order for both sides. What differs between the sides or
// from line to line stands in lines that begin with ===, which readers of the
// format pass over: as settings it would keep benchstat from comparing.
func (g *Gate) writeLines(name string, of func(*Pair) (map[string]float64, int)) error {
	path := filepath.Join(g.out, name)
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	out := bufio.NewWriter(file)
	origin := g.plan.Base
	if name == HeadFile {
		origin = g.plan.Head
	}
	fmt.Fprintf(out, "=== %s commit %s go %s\n", origin.Label, origin.Commit, origin.Go)
	fmt.Fprintf(out, "=== %s is of whole turns, the collection of garbage before each included\n", cpuUnit)
	for _, s := range g.plan.Machine {
		if s.Value != "" {
			fmt.Fprintf(out, "%s: %s\n", s.Key, s.Value)
		}
	}
	fmt.Fprintf(out, "runstamp: %s\nUnit %s better=lower\n", g.plan.Made.Format("2006-01-02T15:04:05Z"), cpuUnit)
	for _, u := range g.customUnits() {
		better := "lower"
		if u.HigherIsBetter {
			better = "higher"
		}
		fmt.Fprintf(out, "Unit %s better=%s\n", u.Name, better)
	}
	lines := benchfmt.NewWriter(out)
	for _, e := range g.entries {
		p := e.Pair
		if p == nil || p.Redo != "" {
			continue
		}
		values, layout := of(p)
		record := &benchfmt.Result{Name: benchfmt.Name(p.Name[len("Benchmark"):]), Iters: p.Ops}
		record.SetConfig("pkg", p.Package)
		record.SetConfig("scheduler", string(p.Scheduler))
		for _, unit := range ordered(values) {
			record.Values = append(record.Values, benchfmt.Value{Value: values[unit], Unit: unit})
		}
		if len(record.Values) == 0 {
			continue
		}
		fmt.Fprintf(out, "=== stage %s layout %d seed %d order %s steal %d%s\n", p.Stage, layout, p.Seed, p.Order, p.Steal, preempted(p))
		if err := lines.Write(record); err != nil {
			return errors.Join(fmt.Errorf("write %s: %w", name, err), file.Close())
		}
	}
	if err := errors.Join(out.Flush(), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// preempted tells how often threads of both processes lost their CPU.
func preempted(p *Pair) string {
	if p.Preempted == nil {
		return ""
	}
	return fmt.Sprintf(" preempted %d", p.Preempted[0]+p.Preempted[1])
}

// customUnits lists the units that the binaries declared better one way.
func (g *Gate) customUnits() (units []trial.Metric) {
	for _, c := range g.plan.Benchmarks {
		for _, u := range c.Metrics {
			if u.Name != wallUnit && !slices.ContainsFunc(units, func(o trial.Metric) bool { return o.Name == u.Name }) {
				units = append(units, u)
			}
		}
	}
	return units
}

// ordered lists units as benchmarks print them: time first.
func ordered(values map[string]float64) (units []string) {
	for unit := range values {
		if unit != stock.Late {
			units = append(units, unit)
		}
	}
	rank := func(unit string) int {
		if i := slices.Index([]string{wallUnit, cpuUnit, "MB/s"}, unit); i >= 0 {
			return i - 10
		}
		return slices.Index([]string{"B/op", "allocs/op"}, unit)
	}
	slices.SortFunc(units, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		if a < b {
			return -1
		}
		return 1
	})
	return units
}
