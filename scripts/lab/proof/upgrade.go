package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/trial"
)

// Upgrades tells in Markdown what gates of two versions of a library found, each
// with its verdict in a sentence and a table of its benchmarks.
func Upgrades(gates []Gate) string {
	var b strings.Builder
	for _, g := range gates {
		v := g.Result
		fmt.Fprintf(&b, "**%s to %s** (%s, %.0f s): %s.\n\n", v.Base.Label, version(v.Head.Label), g.File, v.Spent.Seconds(), said(v))
		var rows [][]string
		for _, c := range v.Benchmarks {
			row := []string{"`" + workload(c.Name) + "`", string(c.Outcome)}
			for _, policy := range []gate.Policy{scheduler.RoundRobin, scheduler.Normal} {
				row = append(row, change(c, policy))
			}
			rows = append(rows, append(row, others(c)))
		}
		b.WriteString(table([]string{"workload", "verdict", "time under SCHED_RR", "under the normal scheduler", "what else changed"}, rows))
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// version is what stands behind the @ of a module's label.
func version(label string) string {
	_, v, _ := strings.Cut(label, "@")
	return v
}

// said counts the verdicts of a gate's benchmarks.
func said(v gate.Result) string {
	var parts []string
	for _, verdict := range trial.Outcomes {
		n := 0
		for _, c := range v.Benchmarks {
			if c.Outcome == verdict {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, verdict))
		}
	}
	return strings.Join(parts, ", ")
}

// workload is a benchmark's name without its first word.
func workload(name string) string {
	_, rest, _ := strings.Cut(name, "/")
	return rest
}

// change tells how a benchmark's time changed under one scheduler.
func change(c gate.BenchmarkResult, policy gate.Policy) string {
	i := slices.IndexFunc(c.Findings, func(f gate.Finding) bool { return f.Scheduler == policy })
	if i < 0 {
		return "not measured"
	}
	f := c.Findings[i]
	if f.Change == nil || f.Low == nil || f.High == nil {
		return string(f.Outcome)
	}
	return fmt.Sprintf("%s, %+.1f %% [%+.1f, %+.1f]", f.Outcome, 100**f.Change, 100**f.Low, 100**f.High)
}

// others tells what else of a benchmark changed: other units, whichever scheduler
// showed it first, and allocations.
func others(c gate.BenchmarkResult) string {
	var parts, told []string
	for _, f := range c.Findings {
		changed := f.Outcome == trial.Regressed || f.Outcome == trial.Improved
		if !changed || f.Change == nil || f.Unit == c.Findings[0].Unit || slices.Contains(told, f.Unit) {
			continue
		}
		told = append(told, f.Unit)
		parts = append(parts, fmt.Sprintf("%s %s, %+.1f %%", f.Unit, f.Outcome, 100**f.Change))
	}
	for _, t := range c.Allocs {
		if t.Outcome != trial.Same && len(t.Base) > 0 && len(t.Head) > 0 {
			parts = append(parts, fmt.Sprintf("%s %s, %.0f to %.0f", t.Unit, t.Outcome, median(t.Base), median(t.Head)))
		}
	}
	return strings.Join(parts, "; ")
}
