package history

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/results"
)

// captionHeight is the room above each series for its name, in CSS pixels.
const captionHeight = 40

// SVG draws the findings one below the other, as a file of its own: a point for
// each build, a line for each level and a mark at each change. The scale is
// logarithmic for ratios.
func SVG(w io.Writer, findings []Finding) error {
	size := chart.Wide
	each := captionHeight + size.Height
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" width="%g" height="%g" viewBox="0 0 %[1]g %[2]g" role="img" aria-label="history">`, size.Width, each*float64(len(findings)))
	for i, f := range findings {
		top := each * float64(i)
		fmt.Fprintf(&b, "\n<text x=\"8\" y=\"%g\" font-size=\"13\">%s</text>\n<text x=\"8\" y=\"%g\" font-size=\"11\">%s</text>\n",
			top+16, html.EscapeString(results.Printable(f.Cell)), top+32, html.EscapeString(results.Printable(f.Machine)))
		fmt.Fprintf(&b, `<svg y="%g"%s`, top+captionHeight, strings.TrimPrefix(f.Chart(size), "<svg"))
	}
	b.WriteString("\n</svg>")
	if _, err := io.WriteString(w, chart.Standalone(b.String())); err != nil {
		return fmt.Errorf("draw the history: %w", err)
	}
	return nil
}

// Chart draws the series: a point for each build, named by its commit, a line for
// each level and a mark at each change, on a logarithmic scale for ratios.
func (f Finding) Chart(size chart.Size) string {
	low, high := span(f)
	y := chart.Axis{
		Label: f.Unit,
		Scale: chart.Linear, Low: low, High: high,
		Write: func(ratio float64) string { return fmt.Sprintf("%.3g", ratio) },
	}
	if !f.amount() {
		y.Label, y.Scale = "multiple of "+f.Reference+" ("+f.Unit+")", chart.Log
	}
	var points []chart.Point
	var names []string
	for _, b := range f.Builds {
		points = append(points, chart.Point{Y: b.Value, Low: b.Value, High: b.Value})
		names = append(names, b.Commit[:min(7, len(b.Commit))])
	}
	var levels []chart.Level
	for _, l := range f.levels() {
		levels = append(levels, chart.Level{From: l.from, To: l.to - 1, At: l.value})
	}
	var changes []chart.Change
	for _, c := range f.Changes {
		changes = append(changes, chart.Change{At: c.At, Name: f.mark(c)})
	}
	return chart.History(size, f.Cell, y, points, levels, changes, names)
}

// mark names a change in a drawing.
func (f Finding) mark(c Change) string {
	if f.amount() {
		return fmt.Sprintf("%.4g to %.4g", c.From, c.To)
	}
	return fmt.Sprintf("%+.1f %%", 100*(c.Ratio.Estimate-1))
}

// span is the range of values to draw: a little more than they take up, and no
// narrower than the flattest drawing. Amounts are drawn from 0 on.
func span(f Finding) (low, high float64) {
	low, high = f.Builds[0].Value, f.Builds[0].Value
	for _, b := range f.Builds {
		low, high = min(low, b.Value), max(high, b.Value)
	}
	const room = 1.02
	if f.amount() {
		return 0, max(1, high*room)
	}
	widen := max(room, flattest/(high/low))
	return low / widen, high * widen
}
