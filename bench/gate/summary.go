package gate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/gate/trial"
)

// Words is the verdict for a terminal.
func (r Result) Words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.headline())
	width := 0
	for _, c := range r.Benchmarks {
		width = max(width, len(c.Name))
	}
	pkg := ""
	for _, c := range r.byOutcome() {
		if c.Package != pkg {
			pkg = c.Package
			fmt.Fprintf(&b, "%s\n", pkg)
		}
		fmt.Fprintf(&b, "  %-12s  %-*s  %s\n", c.Outcome, width, c.Name, strings.Join(r.details(c), "; "))
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintf(&b, "\nNot compared:\n%s", skippedLines(r.Skipped))
	}
	for _, line := range r.closing() {
		fmt.Fprintf(&b, "\n%s", line)
	}
	return b.String() + "\n"
}

// Markdown is the verdict for a pull request or a job summary.
func (r Result) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", r.headline())
	b.WriteString("| verdict | benchmark | time | what else |\n|---|---|---|---|\n")
	for _, c := range r.byOutcome() {
		details := r.details(c)
		name := c.Name
		if c.Package != "" {
			name = c.Package + "." + c.Name
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", c.Outcome, cellText(strings.ReplaceAll(name, "`", "'")), cellText(details[0]), cellText(strings.Join(details[1:], "; ")))
	}
	if len(r.Skipped) > 0 {
		b.WriteString("\nNot compared:\n\n")
		for line := range strings.Lines(skippedLines(r.Skipped)) {
			fmt.Fprintf(&b, "- %s\n", cellText(strings.TrimSpace(line)))
		}
	}
	for _, line := range r.closing() {
		fmt.Fprintf(&b, "\n%s\n", line)
	}
	return b.String()
}

// cellText keeps text from ending a table's cell.
func cellText(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(text)
}

// headline says the verdict in a sentence.
func (r Result) headline() string {
	n := make(map[trial.Outcome]int)
	for _, c := range r.Benchmarks {
		n[c.Outcome]++
	}
	for _, s := range r.Skipped {
		if s.Unmeasurable {
			n[trial.Unmeasurable]++
		}
	}
	var parts []string
	for _, verdict := range trial.Outcomes {
		if n[verdict] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[verdict], verdict))
		}
	}
	text := fmt.Sprintf("%s against %s: %s", r.Head.Label, r.Base.Label, strings.Join(parts, ", "))
	if !r.Complete {
		text += " (interrupted)"
	}
	return text
}

// byOutcome lists the benchmarks with those that ask for action first, packages
// kept together within an outcome.
func (r Result) byOutcome() []BenchmarkResult {
	benchmarks := slices.Clone(r.Benchmarks)
	slices.SortStableFunc(benchmarks, func(a, b BenchmarkResult) int {
		if d := slices.Index(trial.Outcomes, a.Outcome) - slices.Index(trial.Outcomes, b.Outcome); d != 0 {
			return d
		}
		return strings.Compare(a.Package, b.Package)
	})
	return benchmarks
}

// details says what was found of a benchmark: its time under the first scheduler,
// then whatever else is worth a word.
func (r Result) details(c BenchmarkResult) []string {
	if c.Outcome == trial.Unmeasurable && c.Reason != "" {
		return []string{c.Reason}
	}
	var texts []string
	for i, f := range c.Findings {
		lead := c.Findings[0]
		text := f.words()
		watch := f.Unit == lead.Unit && f.Scheduler != lead.Scheduler && f.Outcome == trial.Inconclusive
		switch {
		case i == 0:
		case watch:
			text = "nothing under " + fraction(f.Detectable) + " could be seen"
		case f.Outcome == trial.Same, f.Outcome == trial.Inconclusive:
			continue // verdict.json has it
		}
		if f.Unit != lead.Unit || f.Unit != wallUnit && !watch {
			text = f.Unit + " " + text
		}
		if f.Scheduler != lead.Scheduler {
			text = string(f.Scheduler) + " scheduling: " + text
		}
		texts = append(texts, text)
	}
	if c.Outcome == trial.Inconclusive && c.Findings[0].Outcome == trial.Same {
		texts = append(texts, "not shown to be the same: "+strings.Join(c.undecided(), ", "))
	}
	for _, t := range c.Allocs {
		if t.Outcome != trial.Same && len(t.Base) > 0 && len(t.Head) > 0 {
			texts = append(texts, fmt.Sprintf("%s %s, %v to %v", t.Unit, t.Outcome, middle(t.Base), middle(t.Head)))
		}
	}
	if len(c.Unjudged) > 0 {
		texts = append(texts, "not judged, because no Unit line says what is better: "+strings.Join(c.Unjudged, ", "))
	}
	return texts
}

// undecided lists the units that keep a benchmark from being SAME.
func (c BenchmarkResult) undecided() (units []string) {
	for _, f := range c.Findings {
		if f.Scheduler == c.Findings[0].Scheduler && f.Outcome == trial.Inconclusive {
			units = append(units, f.Unit)
		}
	}
	for _, t := range c.Allocs {
		if t.Outcome == trial.Inconclusive {
			units = append(units, t.Unit)
		}
	}
	return units
}

// words describes one finding.
func (f Finding) words() string {
	if f.Change == nil {
		return strings.TrimSpace(string(f.Outcome) + " " + f.Reason)
	}
	text := fmt.Sprintf("%s [%s, %s] in %s", signed(f.Change), signed(f.Low), signed(f.High), counted(f.Pairs, "pair"))
	switch f.Outcome {
	case trial.Regressed, trial.Improved:
		text += fmt.Sprintf(", %s, p = %.2g", f.Outcome, *f.P)
	case trial.Inconclusive:
		text += ", slowdowns from " + fraction(f.Detectable) + " would have been found"
		if f.Reason != "" {
			text += " (" + f.Reason + ")"
		}
	}
	return text
}

// closing says on what grounds.
func (r Result) closing() []string {
	var lines []string
	seen := make(map[Policy][]float64)
	for _, c := range r.Benchmarks {
		for _, f := range c.Findings {
			if f.Unit == c.Findings[0].Unit && f.Detectable != nil && f.Pairs > 0 {
				seen[f.Scheduler] = append(seen[f.Scheduler], *f.Detectable)
			}
		}
	}
	for _, policy := range r.Policies {
		if effects := seen[policy]; len(effects) > 0 {
			lines = append(lines, fmt.Sprintf("Under %s, slowdowns from %s would have been found 4 times in 5.", policyNames([]Policy{policy}), span(effects)))
		}
	}
	if !r.Stops {
		lines = append(lines, "Processes could not be stopped: every turn was a short process of its own.")
	}
	lines = append(lines, fmt.Sprintf("A gate of identical builds calls anything REGRESSED in at most %s of cases. Measured for %s; raw data: %s, %s.",
		percent(r.Rules.Alpha+r.allocShare()), r.Spent.Round(100*time.Millisecond), BaseFile, HeadFile))
	return lines
}

func (r Result) allocShare() float64 {
	if r.SkipsAllocs {
		return 0
	}
	return r.AllocRule.Alpha
}

func skippedLines(skipped []Skipped) string {
	var b strings.Builder
	for _, s := range skipped {
		name := s.Name
		if s.Package != "" && name != "" {
			name = s.Package + "." + name
		}
		if name == "" {
			name = s.Package
		}
		fmt.Fprintf(&b, "  %s: %s\n", name, strings.Join(strings.Fields(s.Reason), " "))
	}
	return b.String()
}

func percent(share float64) string {
	if math.IsInf(share, 1) {
		return "no size"
	}
	return fmt.Sprintf("%.3g %%", 100*share)
}

func fraction(v *float64) string {
	if v == nil {
		return "no size"
	}
	return percent(*v)
}

func signed(v *float64) string {
	if v == nil {
		return "unbounded"
	}
	return fmt.Sprintf("%+.1f %%", 100**v)
}
