package selftest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/trial"
	"github.com/poolbench/poolbench/bench/stats"
)

// A Report counts what gates of known truth said.
type Report struct {
	Budget  time.Duration
	PerGate time.Duration

	Identical  stats.Count // gates of identical builds with any REGRESSED
	Benchmarks stats.Count // their benchmarks
	Alpha      float64
	theta      float64
	found      map[line]*[2]stats.Count // by kind and size: REGRESSED, and shown to be slower
}

// words gives a count with its exact interval of 95 %.
func words(c stats.Count) string {
	share, err := c.Share(0.95)
	if err != nil {
		return "none measured"
	}
	return fmt.Sprintf("%d of %d (%.0f %% to %.0f %%)", c.Of, c.All, 100*share.Low, 100*share.High)
}

// A line is what a line of the report counts.
type line struct {
	kind      string
	scheduler gate.Policy
	percent   int
}

// add counts a gate's verdict.
func (r *Report) add(v gate.Result, slowed bool) {
	r.Alpha = v.Rules.Alpha
	anyRed := false
	for _, c := range v.Benchmarks {
		truth, known := TruthOf(c.Name)
		if !known {
			continue
		}
		red := c.Outcome == trial.Regressed
		if !slowed {
			anyRed = anyRed || red
			r.Benchmarks.Add(red)
			continue
		}
		for _, f := range c.Findings {
			r.count(line{truth.Kind, f.Scheduler, truth.Percent}, f, v.Rules.Alpha)
		}
	}
	if !slowed {
		r.Identical.Add(anyRed)
	}
}

func (r *Report) count(t line, f gate.Finding, alpha float64) {
	r.theta = f.Theta
	if r.found == nil {
		r.found = make(map[line]*[2]stats.Count)
	}
	if r.found[t] == nil {
		r.found[t] = new([2]stats.Count)
	}
	shown := f.Stage == trial.Confirm && f.Change != nil && *f.Change > 0 && *f.P <= alpha/2
	r.found[t][0].Add(f.Outcome == trial.Regressed)
	r.found[t][1].Add(shown)
}

// FalseAlarms reports whether there are more of them than chance explains.
func (r *Report) FalseAlarms() bool {
	share, err := r.Identical.Share(0.95)
	return err == nil && share.Low > r.Alpha
}

// Text is the report in words and a table.
func (r *Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Identical builds: anything REGRESSED in %s gates; %s of their benchmarks.\n", words(r.Identical), words(r.Benchmarks))
	if len(r.found) == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "\nSlowdowns of known size, each gate measuring %s. REGRESSED wants an estimate of\n%g %% or more; beside it stands how many were shown to be slower at all. Intervals\nare exact, of 95 %%.\n\n", r.PerGate, 100*r.theta)
	fmt.Fprintf(&b, "%-10s %-10s %9s  %-24s %s\n", "kind", "scheduler", "slowdown", "REGRESSED", "shown slower")
	var all []line
	total := make(map[line]*[2]stats.Count)
	for t, n := range r.found {
		all = append(all, t)
		sum := line{"all", t.scheduler, t.percent}
		if total[sum] == nil {
			total[sum] = new([2]stats.Count)
			all = append(all, sum)
		}
		for i := range n {
			total[sum][i].Of += n[i].Of
			total[sum][i].All += n[i].All
		}
	}
	slices.SortFunc(all, func(x, y line) int {
		if x.scheduler != y.scheduler {
			return -strings.Compare(string(y.scheduler), string(x.scheduler))
		}
		if x.kind != y.kind {
			return -strings.Compare(y.kind, x.kind)
		}
		return x.percent - y.percent
	})
	for _, t := range all {
		n := r.found[t]
		if n == nil {
			n = total[t]
		}
		fmt.Fprintf(&b, "%-10s %-10s %7d %%  %-24s %s\n", strings.ToLower(t.kind), t.scheduler, t.percent, words(n[0]), words(n[1]))
	}
	return b.String()
}
