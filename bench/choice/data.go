package choice

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
)

// Data is all that a choice rests on, as plain values: it goes into the page
// as JSON.
type Data struct {
	Strategies []Strategy `json:"strategies"`
	Cells      []Cell     `json:"cells"` // in file order
}

// A Strategy is what a strategy promises and does not.
type Strategy struct {
	Name  string `json:"name"`
	Title string `json:"title"`

	// Unmet holds the reason of every need that it does not meet, by slug.
	Unmet map[string]string `json:"unmet"`

	// Unlimited is the reason why it does not fit where there is a limit,
	// empty if it does.
	Unlimited string `json:"unlimited"`
}

// A Cell is a figure for one strategy under a workload of the kind that a case
// can be near to.
type Cell struct {
	Strategy   string  `json:"strategy"`
	Group      string  `json:"group"` // what it took turns with
	Grain      float64 `json:"grain"` // nanoseconds a task
	Tasks      int     `json:"tasks"`
	Limit      int     `json:"limit"`
	Submitters int     `json:"submitters"`
	Blocking   bool    `json:"blocking"` // tasks wait; otherwise they compute

	// Ratio is the time as a multiple of go f()'s, with its interval. Low and
	// High are 0 where there are too few processes for one.
	Ratio float64 `json:"ratio"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"` // processes
}

// Gather collects what a choice among strategies rests on.
func Gather(all []*strategies.Strategy, e *question.Evidence) (*Data, error) {
	d := &Data{Cells: cells(e)}
	for _, s := range all {
		facts, err := FactsOf(s)
		if err != nil {
			return nil, fmt.Errorf("look at what a pool of strategy %s can do: %w", s.Name, err)
		}
		entry := Strategy{Name: s.Name, Title: s.Title(), Unmet: make(map[string]string), Unlimited: unlimited(facts)}
		for _, n := range Needs {
			if reason := n.unmet(facts); reason != "" {
				entry.Unmet[n.Slug] = reason
			}
		}
		d.Strategies = append(d.Strategies, entry)
	}
	return d, nil
}

// timed are the kinds of work whose tasks have a known length.
var timed = []string{work.Noop.Name, work.Spin.Name, work.Mix.Name, work.Sleep.Name}

// cells returns the fan-outs of a run that a case can be near to: with a pool
// that is kept and a callback, of tasks with a known length.
func cells(e *question.Evidence) (out []Cell) {
	for _, g := range e.Groups("") {
		for _, r := range g.Rows {
			keys := r.Cell.Keys
			if !r.Real() || r.Cell.Base != string(bench.Fanout) || r.Pattern != workload.Callback || keys["pool"] != string(workload.Kept) ||
				!slices.Contains(timed, keys["work"]) || math.IsNaN(r.Ratio.Estimate) {
				continue
			}
			c := Cell{
				Strategy: r.Strategy, Group: g.Slug, Grain: float64(work.Grain(keys["grain"]).Duration()),
				Tasks: number(keys["tasks"]), Limit: number(keys["limit"]), Submitters: number(keys["submitters"]),
				Blocking: keys["work"] == work.Sleep.Name, Ratio: rounded(r.Ratio.Estimate), N: r.Ratio.N,
			}
			if !math.IsInf(r.Ratio.High, 1) {
				c.Low, c.High = rounded(r.Ratio.Low), rounded(r.Ratio.High)
			}
			out = append(out, c)
		}
	}
	return out
}

// number reads a number from a name; what is none counts as 1, which only a
// foreign file holds.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// rounded keeps four digits, which is more than any ratio carries.
func rounded(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return v
	}
	return r
}
