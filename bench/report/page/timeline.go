package page

import (
	"fmt"
	"html/template"

	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/report"
)

// A timelineView is what changed from commit to commit.
type timelineView struct {
	Title   string
	Summary []string
	Changed []changedView
	Undrawn string // how many series have words alone; "" if all are drawn
}

// A changedView is a series in which something changed.
type changedView struct {
	ID, Name, Where    string
	Sentences          []string
	WideSVG, NarrowSVG template.HTML // "" where it is not drawn
}

// newTimelineView describes all series that changed, and draws the first of them.
func newTimelineView(c *report.Timeline) (*timelineView, error) {
	v := &timelineView{Title: report.TimelineTitle, Summary: c.Summary}
	for i, changed := range c.Changed {
		view := changedView{ID: fmt.Sprintf("change-%d", i+1), Name: changed.Name, Where: changed.Where, Sentences: changed.Sentences}
		if i < mostCharts {
			for size, to := range map[chart.Size]*template.HTML{chart.Wide: &view.WideSVG, chart.Narrow: &view.NarrowSVG} {
				*to = template.HTML(changed.Finding.Chart(size)) // escaped by who drew it
			}
		}
		v.Changed = append(v.Changed, view)
	}
	if n := len(c.Changed); n > mostCharts {
		v.Undrawn = fmt.Sprintf("Of %d series that changed the first %d are drawn.", n, mostCharts)
	}
	return v, nil
}
