package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/table"
)

// A Run is the results of one file.
type Run struct {
	Name     string // what it is called, such as its path
	Evidence *question.Evidence
}

// A Format writes the answers to the questions of the slugs given, or to all,
// and the tables behind them.
type Format func(out io.Writer, e *question.Evidence, slugs ...string) error

// legend says how the figures of some answers, and of the tables behind them, are
// read; "" where no answer compares any.
func legend(answers []question.Answer) string {
	compared := slices.ContainsFunc(answers, func(a question.Answer) bool {
		return slices.ContainsFunc(a.Sentences, func(s question.Sentence) bool {
			return slices.ContainsFunc(s.Claims, (*claim.Claim).Compared)
		})
	})
	if !compared {
		return ""
	}
	return "2.00x faster means half of the time. Brackets hold 95 % intervals. " + bench.Own + " is this project's own pool."
}

// Text writes for a terminal: the tables, how far to trust them, and last the
// answers, so that these stay on the screen. A paragraph is one line, which the
// caller wraps.
func Text(out io.Writer, e *question.Evidence, slugs ...string) error {
	tables, err := Tables(e, slugs...)
	answers, err2 := Answers(e, slugs...)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	note := ""
	for _, t := range tables {
		note, t.Note = t.Note, without(t.Note, note)
		if err := t.Text(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	if skipped := Skipped(e.Measured()); skipped != "" {
		fmt.Fprintln(w, table.Printable(skipped))
	}
	fmt.Fprintln(w, table.Printable(Control(e)))
	if text := legend(answers); text != "" {
		fmt.Fprintln(w, text)
	}
	for _, a := range answers {
		fmt.Fprintf(w, "\n[%s] %s\n", a.Question.Slug, a.Question.Ask)
		for _, s := range a.Texts() {
			fmt.Fprintf(w, "  %s\n", table.Printable(s))
		}
	}
	return w.Flush()
}

// Markdown writes for a pull request or a page.
func Markdown(out io.Writer, e *question.Evidence, slugs ...string) error {
	tables, err := Tables(e, slugs...)
	answers, err2 := Answers(e, slugs...)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	for _, a := range answers {
		fmt.Fprintf(w, "**%s** %s\n\n", table.Escape(a.Question.Ask), table.Escape(strings.Join(a.Texts(), " ")))
	}
	if text := legend(answers); text != "" {
		fmt.Fprint(w, text, "\n\n")
	}
	note := ""
	for _, t := range tables {
		note, t.Note = t.Note, without(t.Note, note)
		if err := t.Markdown(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	if skipped := Skipped(e.Measured()); skipped != "" {
		fmt.Fprint(w, table.Escape(skipped), "\n\n")
	}
	fmt.Fprintln(w, table.Escape(Control(e)))
	return w.Flush()
}

// Summary writes for a README: the short answers to some questions, or to all,
// a line each, and how far to trust them.
func Summary(out io.Writer, e *question.Evidence, slugs ...string) error {
	answers, err := Answers(e, slugs...)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	for _, a := range answers {
		fmt.Fprintf(w, "**%s** %s\n\n", table.Escape(a.Question.Ask), table.Escape(a.Short()))
	}
	fmt.Fprintln(w, strings.TrimSpace(legend(answers)+" "+table.Escape(Control(e))))
	return w.Flush()
}

// without is a note, or nothing where the table before had the same.
func without(note, before string) string {
	if note == before {
		return ""
	}
	return note
}

// Answers returns the answers to the questions of the slugs given, or to all.
// What was asked for by name and cannot be answered is said.
func Answers(e *question.Evidence, slugs ...string) ([]question.Answer, error) {
	all, err := question.Answers(e)
	if err != nil || len(slugs) == 0 {
		return all, err
	}
	var out []question.Answer
	for _, q := range question.All {
		if !slices.Contains(slugs, q.Slug) {
			continue
		}
		i := slices.IndexFunc(all, func(a question.Answer) bool { return a.Question == q })
		if i < 0 {
			out = append(out, question.Answer{Question: q, Sentences: []question.Sentence{{
				Text: fmt.Sprintf(`These results hold nothing on this; "poolbench run --question %s" measures it.`, q.Slug)}}})
			continue
		}
		out = append(out, all[i])
	}
	return out, nil
}

// Control says what the negative control showed: how much two measurements of
// one and the same strategy seem to differ.
func Control(e *question.Evidence) string {
	c := e.Control()
	if c.Widest == nil {
		return "No negative control was measured often enough to say how far these figures can be trusted."
	}
	return fmt.Sprintf("Negative control: go f() compared with itself is %s over the whole run. In %d of %s the interval covers 1; the widest is %s (%s, %s).",
		claim.Times(c.Ratio), c.Covering, question.Count(c.Comparisons, "group", "groups"), claim.Times(c.Widest.Value), c.Widest.Group, e.Observations(c.Widest.Value.N))
}

// CSV writes every claim about a single cell for scripts and spreadsheets: a
// line for each unit of each cell, with its median, the ends of its 95 %
// interval (empty where there is none) and the number of values. Ratios to the
// reference are lines of the unit x-ref; they have a verdict, a baseline and the
// design that they rest on.
func CSV(out io.Writer, runs []Run) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"file", "group", "cell", "strategy", "unit", "estimate", "low", "high", "n", "verdict", "baseline", "design"}); err != nil {
		return err
	}
	for _, run := range runs {
		cells, err := Cells(run.Evidence)
		if err != nil {
			return fmt.Errorf("%s: %w", run.Name, err)
		}
		for _, c := range cells {
			for _, f := range c.claims() {
				verdict := f.Verdict.String()
				if f == c.Ratio {
					verdict = c.Verdict()
				}
				line := []string{run.Name, c.Group, c.Row.Cell.Name, c.Row.Strategy, f.Unit, decimal(f.Value.Estimate), "", "", strconv.Itoa(f.Value.N), verdict, f.Baseline.Name, f.Design.String()}
				if claim.Bounded(f.Value) {
					line[6], line[7] = decimal(f.Value.Low), decimal(f.Value.High)
				}
				if err := w.Write(line); err != nil {
					return err
				}
			}
		}
	}
	w.Flush()
	return w.Error()
}

// claims are all claims about a cell, the ratio first.
func (c Measured) claims() []*claim.Claim {
	if c.Ratio == nil {
		return c.Figures
	}
	return append([]*claim.Claim{c.Ratio}, c.Figures...)
}

// decimal writes as many digits as any results file carries.
func decimal(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }

// JSON writes the answers with their claims and every figure of some runs for
// scripts, and the series of a history, which may be nil.
func JSON(out io.Writer, runs []Run, history *Timeline, slugs ...string) error {
	document := struct {
		Runs    []jsonRun `json:"runs"`
		History *Timeline `json:"history,omitempty"` // an array of series
	}{[]jsonRun{}, history}
	for _, run := range runs {
		r, err := newJSONRun(run, slugs)
		if err != nil {
			return fmt.Errorf("%s: %w", run.Name, err)
		}
		document.Runs = append(document.Runs, r)
	}
	return WriteJSON(out, document)
}

// WriteJSON writes a document as JSON, indented so that people can read it too.
func WriteJSON(out io.Writer, document any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}

type jsonRun struct {
	File     string            `json:"file"`
	Settings map[string]string `json:"settings"`
	Control  string            `json:"control"`
	Skipped  string            `json:"skipped,omitempty"` // lines of the file that could not be read
	Answers  []jsonAnswer      `json:"answers"`
	Cells    []jsonCell        `json:"cells"`
}

type jsonAnswer struct {
	Question  string      `json:"question"` // slug
	Ask       string      `json:"ask"`
	Short     string      `json:"short"`
	Sentences []string    `json:"sentences"`
	Claims    []jsonClaim `json:"claims"` // that the sentences render; the answer leads with the first of sentence 0
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

// A jsonClaim is what is claimed of a cell, or of it and a baseline.
type jsonClaim struct {
	Sentence int    `json:"sentence"` // which of the sentences renders it, from 0
	Cell     string `json:"cell"`
	Strategy string `json:"strategy,omitempty"`
	Group    string `json:"group"`
	Unit     string `json:"unit"`
	Baseline string `json:"baseline,omitempty"`
	Design   string `json:"design,omitempty"`
	jsonFigure
	Verdict string   `json:"verdict,omitempty"`
	Doubts  []string `json:"doubts,omitempty"`
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
	if claim.Bounded(i) {
		f.Low, f.High = &i.Low, &i.High
	}
	return f
}

// newJSONRun returns a run for scripts.
func newJSONRun(run Run, slugs []string) (jsonRun, error) {
	r := jsonRun{File: run.Name, Settings: make(map[string]string), Control: Control(run.Evidence), Skipped: Skipped(run.Evidence.Measured()), Answers: []jsonAnswer{}, Cells: []jsonCell{}}
	for _, s := range run.Evidence.Settings() {
		r.Settings[s.Key] = s.Value
	}
	answers, err := Answers(run.Evidence, slugs...)
	if err != nil {
		return r, err
	}
	for _, a := range answers {
		answer := jsonAnswer{a.Question.Slug, a.Question.Ask, a.Short(), a.Texts(), []jsonClaim{}}
		for i, s := range a.Sentences {
			for _, c := range s.Claims {
				answer.Claims = append(answer.Claims, jsonClaim{
					i, c.Cell.Name, c.Cell.Keys["strategy"], c.Group, c.Unit, c.Baseline.Name, c.Design.String(), newJSONFigure(c.Value), c.Verdict.String(), c.Doubts,
				})
			}
		}
		r.Answers = append(r.Answers, answer)
	}
	cells, err := Cells(run.Evidence)
	if err != nil {
		return r, err
	}
	for _, c := range cells {
		cell := jsonCell{Name: c.Row.Cell.Name, Group: c.Group, Strategy: c.Row.Strategy, Keys: c.Row.Cell.Keys, Verdict: c.Verdict(), Figures: make(map[string]jsonFigure)}
		if c.Ratio != nil {
			ratio := newJSONFigure(c.Ratio.Value)
			cell.Ratio = &ratio
		}
		for _, f := range c.Figures {
			cell.Figures[f.Unit] = newJSONFigure(f.Value)
		}
		r.Cells = append(r.Cells, cell)
	}
	return r, nil
}
