package report

import (
	"encoding/json"
	"io"
	"math"

	"github.com/poolbench/poolbench/bench/stats"
)

// JSON writes the answers and every figure of some runs for scripts, and the
// series of a history, which may be nil.
func JSON(out io.Writer, runs []Run, history *Course, slugs ...string) error {
	document := struct {
		Runs    []jsonRun `json:"runs"`
		History *Course   `json:"history,omitempty"` // an array of series
	}{[]jsonRun{}, history}
	for _, run := range runs {
		document.Runs = append(document.Runs, newJSONRun(run, slugs))
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}

type jsonRun struct {
	File     string            `json:"file"`
	Settings map[string]string `json:"settings"`
	Control  string            `json:"control"`
	Answers  []jsonAnswer      `json:"answers"`
	Cells    []jsonCell        `json:"cells"`
}

type jsonAnswer struct {
	Question  string   `json:"question"` // slug
	Ask       string   `json:"ask"`
	Short     string   `json:"short"`
	Sentences []string `json:"sentences"`
}

type jsonCell struct {
	Name     string                `json:"name"`
	Group    string                `json:"group"`
	Strategy string                `json:"strategy,omitempty"`
	Keys     map[string]string     `json:"keys"`
	Ratio    *jsonFigure           `json:"ratio,omitempty"` // to the reference
	Verdict  string                `json:"verdict,omitempty"`
	Figures  map[string]jsonFigure `json:"figures"` // by unit
}

// A jsonFigure is an estimate with its interval, which has no ends where too
// little was measured for one.
type jsonFigure struct {
	Estimate float64  `json:"estimate"`
	Low      *float64 `json:"low,omitempty"`
	High     *float64 `json:"high,omitempty"`
	N        int      `json:"n"`
}

func newJSONFigure(i stats.Interval) jsonFigure {
	f := jsonFigure{Estimate: i.Estimate, N: i.N}
	if bounded(i) {
		f.Low, f.High = &i.Low, &i.High
	}
	return f
}

// knownFigure is nil where there is no estimate.
func knownFigure(i stats.Interval) *jsonFigure {
	if math.IsNaN(i.Estimate) || math.IsInf(i.Estimate, 0) || i.N == 0 {
		return nil
	}
	f := newJSONFigure(i)
	return &f
}

func newJSONRun(run Run, slugs []string) jsonRun {
	r := jsonRun{File: run.Name, Settings: make(map[string]string), Control: control(run.Evidence), Answers: []jsonAnswer{}, Cells: []jsonCell{}}
	for _, s := range run.Evidence.Settings() {
		r.Settings[s.Key] = s.Value
	}
	for _, a := range answers(run.Evidence, slugs) {
		r.Answers = append(r.Answers, jsonAnswer{a.Question.Slug, a.Question.Ask, a.Short(), a.Sentences})
	}
	for _, c := range Cells(run.Evidence) {
		cell := jsonCell{Name: c.Name, Group: c.Group, Strategy: c.Row.Strategy, Keys: c.Row.Cell.Keys, Verdict: c.Verdict, Figures: make(map[string]jsonFigure)}
		if !math.IsNaN(c.Ratio.Estimate) {
			ratio := newJSONFigure(c.Ratio)
			cell.Ratio = &ratio
		}
		for _, f := range c.Figures {
			cell.Figures[f.Unit] = newJSONFigure(f.Interval)
		}
		r.Cells = append(r.Cells, cell)
	}
	return r
}

type jsonChange struct {
	Cell    string      `json:"cell"`
	Unit    string      `json:"unit"`
	Base    *jsonFigure `json:"base,omitempty"`  // a median
	Head    *jsonFigure `json:"head,omitempty"`  // the same
	Ratio   *jsonFigure `json:"ratio,omitempty"` // of head to base
	Verdict string      `json:"verdict"`
}

// ComparisonJSON writes a comparison for scripts.
func ComparisonJSON(out io.Writer, c Comparison) error {
	document := struct {
		Sentences []string     `json:"sentences"`
		Changes   []jsonChange `json:"changes"`
		OnlyBase  []string     `json:"onlyBase"`
		OnlyHead  []string     `json:"onlyHead"`
		Different []string     `json:"different"`
	}{c.Sentences(), []jsonChange{}, c.OnlyBase, c.OnlyHead, c.Different}
	for _, change := range c.Changes {
		document.Changes = append(document.Changes, jsonChange{change.Cell, change.Unit,
			knownFigure(change.Base), knownFigure(change.Head), knownFigure(change.Ratio), string(change.Verdict)})
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
