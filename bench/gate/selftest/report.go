package selftest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
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

	Identical Count // gates of identical builds with any REGRESSED
	Cells     Count // their cells
	Alpha     float64
	theta     float64
	found     map[truth]*[2]Count // by kind and size: REGRESSED, and shown to be slower
}

// A Count is so many of so many.
type Count struct{ Of, All int }

func (c *Count) add(hit bool) {
	c.All++
	if hit {
		c.Of++
	}
}

// String gives the count with its exact interval of 95 %.
func (c Count) String() string {
	share, err := stats.ClopperPearson(c.Of, c.All, 0.95)
	if err != nil {
		return "none measured"
	}
	return fmt.Sprintf("%d of %d (%.0f %% to %.0f %%)", c.Of, c.All, 100*share.Low, 100*share.High)
}

// A truth is what is known of a cell beforehand.
type truth struct {
	kind      string
	scheduler gate.Policy
	percent   int
}

var named = regexp.MustCompile(`^Benchmark(\w+)/\w+/slowdown=(\d+)`)

// add counts a gate's verdict.
func (r *Report) add(v gate.Verdict, slowed bool) {
	r.Alpha = v.Rules.Alpha
	anyRed := false
	for _, c := range v.Cells {
		m := named.FindStringSubmatch(c.Name)
		if m == nil {
			continue
		}
		percent, err := strconv.Atoi(m[2])
		if err != nil {
			continue
		}
		red := c.Verdict == trial.Regressed
		if !slowed {
			anyRed = anyRed || red
			r.Cells.add(red)
			continue
		}
		for _, f := range c.Findings {
			r.count(truth{m[1], f.Scheduler, percent}, f, v.Rules.Alpha)
		}
	}
	if !slowed {
		r.Identical.add(anyRed)
	}
}

func (r *Report) count(t truth, f gate.Finding, alpha float64) {
	r.theta = f.Theta
	if r.found == nil {
		r.found = make(map[truth]*[2]Count)
	}
	if r.found[t] == nil {
		r.found[t] = new([2]Count)
	}
	shown := f.Stage == trial.Confirm && f.Change != nil && *f.Change > 0 && f.P <= alpha/2
	r.found[t][0].add(f.Verdict == trial.Regressed)
	r.found[t][1].add(shown)
}

// FalseAlarms reports whether there are more of them than chance explains.
func (r *Report) FalseAlarms() bool {
	share, err := stats.ClopperPearson(r.Identical.Of, max(1, r.Identical.All), 0.95)
	return err == nil && share.Low > r.Alpha
}

// Text is the report in words and a table.
func (r *Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Identical builds: anything REGRESSED in %s gates; %s of their cells.\n", r.Identical, r.Cells)
	if len(r.found) == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "\nSlowdowns of known size, each gate measuring %s. REGRESSED wants an estimate of\n%g %% or more; beside it stands how many were shown to be slower at all. Intervals\nare exact, of 95 %%.\n\n", r.PerGate, 100*r.theta)
	fmt.Fprintf(&b, "%-10s %-10s %9s  %-24s %s\n", "kind", "scheduler", "slowdown", "REGRESSED", "shown slower")
	var all []truth
	total := make(map[truth]*[2]Count)
	for t, n := range r.found {
		all = append(all, t)
		sum := truth{"all", t.scheduler, t.percent}
		if total[sum] == nil {
			total[sum] = new([2]Count)
			all = append(all, sum)
		}
		for i := range n {
			total[sum][i].Of += n[i].Of
			total[sum][i].All += n[i].All
		}
	}
	slices.SortFunc(all, func(x, y truth) int {
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
		fmt.Fprintf(&b, "%-10s %-10s %7d %%  %-24s %s\n", strings.ToLower(t.kind), t.scheduler, t.percent, n[0], n[1])
	}
	return b.String()
}
