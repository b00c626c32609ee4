package report

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
)

// A Timeline is what became of the time of each benchmark from commit to commit.
type Timeline struct {
	Summary []string // sentences on all series
	Changed []Changed

	findings []history.Finding
}

// Changed is a series in which something changed.
type Changed struct {
	Name      string // of the benchmark
	Where     string // machine, reference and unit
	Sentences []string
	Finding   history.Finding
}

// TimelineTitle stands over a course in every format.
const TimelineTitle = "What changed, commit by commit"

// NewTimeline searches records for changes in time, as multiples of a reference's.
// The series with the latest change come first, and of one commit the largest
// change. Cost: that of [history.Find].
func NewTimeline(records []*history.Record) (*Timeline, error) {
	findings, err := history.Find(history.SeriesOf(records, results.XRef))
	if err != nil {
		return nil, fmt.Errorf("look for changes in the history: %w", err)
	}
	c := &Timeline{findings: findings}
	for _, f := range findings {
		if len(f.Changes) > 0 {
			c.Changed = append(c.Changed, newChanged(f))
		}
	}
	slices.SortStableFunc(c.Changed, func(a, b Changed) int {
		x, xMade := a.latest()
		y, yMade := b.latest()
		return cmp.Or(yMade.Compare(xMade), cmp.Compare(math.Abs(math.Log(y.Ratio.Estimate)), math.Abs(math.Log(x.Ratio.Estimate))))
	})
	c.summarise()
	return c, nil
}

// summarise says what was searched, and what the search can tell.
func (c *Timeline) summarise() {
	longest, fewest, short := 0, 0, 0
	machines := make(map[string]bool)
	for _, f := range c.findings {
		longest, fewest = max(longest, len(f.Builds)), max(fewest, f.Fewest)
		machines[f.Machine] = true
		if len(f.Builds)-f.Start < f.Fewest {
			short++
		}
	}
	series, changed := len(c.findings), len(c.Changed)
	searched := fmt.Sprintf("%s of up to %s on %s", question.Count(series, "series", "series"),
		question.Count(longest, "commit", "commits"), question.Count(len(machines), "class of machine", "classes of machines"))
	switch {
	case changed == 0 && short == series:
		c.Summary = append(c.Summary, fmt.Sprintf("Nothing can be said yet: there are %s, and it takes %d commits to show a change among so many.", searched, fewest))
		return
	case changed == 0:
		c.Summary = append(c.Summary, fmt.Sprintf("No change was found in %s.", searched))
	default:
		c.Summary = append(c.Summary, fmt.Sprintf("Something changed in %d of %s.", changed, searched))
		if same := series - changed; same > 0 {
			c.Summary = append(c.Summary, fmt.Sprintf("In %s no change was found.", question.Count(same, "other series", "other series")))
		}
	}
	if short > 0 {
		c.Summary = append(c.Summary, fmt.Sprintf("%s too short to show one: that takes %d commits.", question.Count(short, "is", "are"), fewest))
	}
	c.Summary = append(c.Summary, fmt.Sprintf("A change is one of %.0f %% or more that holds for %d commits or more. Where nothing had changed, all series together would show one with a probability of %.0f %% at most.",
		100*(history.SmallestRatio-1), history.ShortestLevel, 100*history.FalseAlarms))
}

func newChanged(f history.Finding) Changed {
	c := Changed{Name: f.Cell, Where: fmt.Sprintf("%s, as multiples of %s", f.Machine, f.Reference), Finding: f}
	for _, change := range f.Changes {
		c.Sentences = append(c.Sentences, inWords(f, change))
		if len(change.Besides) > 0 {
			c.Sentences = append(c.Sentences, "Also different from there on: "+strings.Join(change.Besides, "; ")+".")
		}
	}
	if f.Missed > 0 {
		c.Sentences = append(c.Sentences, fmt.Sprintf("It was not measured in the last %s.", question.Count(f.Missed, "commit", "commits")))
	}
	return c
}

// inWords says what changed, how sure that is, and with which commits.
func inWords(f history.Finding, c history.Change) string {
	first := f.Builds[c.At]
	ratio := c.Ratio
	way, share := "more", func(r float64) float64 { return r - 1 }
	if ratio.Estimate < 1 {
		way, share = "less", func(r float64) float64 { return 1 - r }
		ratio.Low, ratio.High = ratio.High, ratio.Low
	}
	by := func(r float64) string { return fmt.Sprintf("%.1f %%", 100*share(r)) }
	text := fmt.Sprintf("%s %s time", by(ratio.Estimate), way)
	if ratio.Reason == "" {
		text += fmt.Sprintf(" [%s, %s]", by(ratio.Low), by(ratio.High))
	}
	text += fmt.Sprintf(" from commit %s of %s on: from %s to %s (p = %.2g).", commitName(first.Commit), first.Made.Format("2006-01-02"), multipleOf(c.From), multipleOf(c.To), c.P)
	if c.Low == c.High {
		return text + " It came with that commit, after " + commitName(f.Builds[c.Low-1].Commit) + "."
	}
	return text + fmt.Sprintf(" It came after %s, and with %s at the latest.", commitName(f.Builds[c.Low-1].Commit), commitName(f.Builds[c.High].Commit))
}

func multipleOf(ratio float64) string { return claim.Ratio(ratio) + "x" }

// commitName is as much of a hash as people write.
func commitName(commit string) string { return commit[:min(10, len(commit))] }

// latest is the last change of the series, and when its commit was made.
func (c Changed) latest() (history.Change, time.Time) {
	change := c.Finding.Changes[len(c.Finding.Changes)-1]
	return change, c.Finding.Builds[change.At].Made
}

// MarshalJSON writes every series, also those without a change, as
// [history.JSON] does.
func (c *Timeline) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := history.JSON(&b, c.findings)
	return b.Bytes(), err
}

// Text writes for a terminal.
func (c *Timeline) Text(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%s\n%s\n", TimelineTitle, strings.Join(c.Summary, " "))
	for _, changed := range c.Changed {
		fmt.Fprintf(w, "\n%s\n  (%s)\n  %s\n", table.Printable(changed.Name), table.Printable(changed.Where), history.Draw(changed.Finding))
		for _, s := range changed.Sentences {
			fmt.Fprintf(w, "  %s\n", table.Printable(s))
		}
	}
	return w.Flush()
}

// Markdown writes for a pull request or a page.
func (c *Timeline) Markdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "**%s** %s\n", TimelineTitle, table.Escape(strings.Join(c.Summary, " ")))
	for i, changed := range c.Changed {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "- **%s** (%s): %s\n", table.Escape(changed.Name), table.Escape(changed.Where), table.Escape(strings.Join(changed.Sentences, " ")))
	}
	return w.Flush()
}
