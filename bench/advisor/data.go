package advisor

import (
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/strategies"
)

// Data is all that advice rests on, as plain values: it goes into the page as
// JSON.
type Data struct {
	Strategies []Strategy    `json:"strategies"`
	Groups     []Measurement `json:"groups"` // in file order

	// Bound is the shortest length of a task in nanoseconds from which on no
	// pool is measurably faster than go f(), 0 where that is not known, and
	// Uncertainty how surely: "with an uncertainty of up to +-1 %".
	Bound       float64 `json:"bound"`
	Uncertainty string  `json:"uncertainty"`

	IdiomNeeds []string              `json:"idiomNeeds"` // guarantees that an idiom must give
	Exclusives []guarantee.Exclusive `json:"exclusives"`
	Own        string                `json:"own"` // the strategy that is this project's own pool
}

// A Strategy is what a strategy guarantees and does not.
type Strategy struct {
	Name  string          `json:"name"`
	Title string          `json:"title"`
	Ways  []guarantee.Way `json:"ways"` // those by default first

	// Unmet says, by name, why the strategy does not give a guarantee by default,
	// or with which options alone it does.
	Unmet map[string]string `json:"unmet"`
}

// A Measurement is cells that took turns with one another under one workload: each
// with a callback, or each in an idiom of its library.
type Measurement struct {
	Name       string   `json:"name"`  // its slug
	Grain      float64  `json:"grain"` // nanoseconds a task
	Tasks      int      `json:"tasks"`
	Limit      int      `json:"limit"`
	Submitters int      `json:"submitters"`
	Waiting    bool     `json:"waiting"` // tasks wait; otherwise they compute
	Native     bool     `json:"native"`  // in idioms; otherwise with a callback
	Cells      []Figure `json:"cells"`
}

// A Figure is what was measured of one strategy: its time as a multiple of go f()'s, which
// has no limit.
type Figure struct {
	Strategy string  `json:"strategy"`
	Idiom    string  `json:"idiom"`
	Ratio    float64 `json:"ratio"`
	Low      float64 `json:"low"` // with High 0 where there are too few processes for an interval
	High     float64 `json:"high"`
	N        int     `json:"n"` // processes
}

// Gather collects what advice about some strategies rests on.
func Gather(all []*strategies.Strategy, e *question.Evidence) (*Data, error) {
	groups, err := groups(e)
	if err != nil {
		return nil, err
	}
	d := &Data{Strategies: []Strategy{}, Groups: groups, Exclusives: guarantee.Exclusives, Own: bench.Own}
	for _, g := range guarantee.All {
		if g.OfIdiom() {
			d.IdiomNeeds = append(d.IdiomNeeds, g.Name)
		}
	}
	if from, uncertainty, err := e.Bound(); err != nil {
		return nil, err
	} else if from != nil {
		d.Bound, d.Uncertainty = float64(work.Grain(from.Key("grain")).Duration()), uncertainty
	}
	for _, s := range all {
		of, err := guarantee.Of(s)
		if err != nil {
			return nil, err
		}
		entry := Strategy{Name: s.Name, Title: s.Title(), Ways: of.Ways, Unmet: make(map[string]string)}
		for i, g := range guarantee.All {
			switch a := of.Answers[i]; a.State {
			case guarantee.ByDefault:
			case guarantee.WithOption:
				entry.Unmet[g.Name] = "only " + a.String()
			default:
				entry.Unmet[g.Name] = a.Reason
			}
		}
		d.Strategies = append(d.Strategies, entry)
	}
	return d, nil
}

// timed are the kinds of work whose tasks all have the same known length.
var timed = []string{work.Noop.Name, work.Spin.Name, work.Sleep.Name}

// groups returns the fan-outs that a case can be near to: of tasks with a known
// length, with a pool that is kept and a callback, or in idioms.
func groups(e *question.Evidence) (out []Measurement, err error) {
	out = []Measurement{} // the script goes through them, and a nil slice would be null
	for _, g := range e.Groups() {
		if len(g.Rows) == 0 || g.Rows[0].Cell.Base != string(bench.Fanout) || !slices.Contains(timed, g.Key("work")) {
			continue
		}
		ratios, err := e.Compare(g, question.Query{Unit: results.XRef, Baseline: question.Reference})
		if err != nil {
			return nil, err
		}
		of := Measurement{
			Name: g.Slug, Grain: float64(work.Grain(g.Key("grain")).Duration()), Tasks: number(g.Key("tasks")), Limit: number(g.Limit()),
			Submitters: number(g.Key("submitters")), Waiting: g.Key("work") == work.Sleep.Name,
		}
		native := of
		native.Native = true
		for _, r := range g.Rows {
			ratio := ratios.Of(r.Cell)
			if !r.IsStrategy() || ratio == nil {
				continue
			}
			c := Figure{Strategy: r.Strategy, Idiom: r.Idiom, Ratio: rounded(ratio.Value.Estimate), N: ratio.Value.N}
			if claim.Bounded(ratio.Value) {
				c.Low, c.High = rounded(ratio.Value.Low), rounded(ratio.Value.High)
			}
			switch {
			case r.Pattern == workload.Callback && r.Cell.Keys["pool"] == string(workload.Kept):
				of.Cells = append(of.Cells, c)
			case r.Pattern == workload.Native:
				native.Cells = append(native.Cells, c)
			}
		}
		for _, g := range []Measurement{of, native} {
			if len(g.Cells) > 0 {
				out = append(out, g)
			}
		}
	}
	return out, nil
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

// Source says where results are from, as far as they say: ": AMD EPYC, go1.26.8".
func Source(e *question.Evidence) string {
	var words []string
	for _, key := range []string{"cpu", "go", "runstamp"} {
		if value := e.Setting(key); value != "" {
			words = append(words, value)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}
