package history

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"

	"github.com/poolbench/poolbench/bench/picture"
	"github.com/poolbench/poolbench/bench/results"
)

// captionHeight is the room above each series for its name, in CSS pixels.
const captionHeight = 40

// SVG draws the findings one below the other, as a file of its own: a point for
// each build, a line for each level and a mark at each change. The scale is
// logarithmic for ratios.
func SVG(w io.Writer, findings []Finding) error {
	size := picture.Wide
	each := captionHeight + size.Height
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="picture" viewBox="0 0 %g %g" role="img" aria-label="history" fill="currentColor">`, size.Width, each*float64(len(findings)))
	for i, f := range findings {
		top := each * float64(i)
		fmt.Fprintf(&b, "\n<text x=\"8\" y=\"%g\" font-size=\"13\">%s</text>\n<text x=\"8\" y=\"%g\" font-size=\"11\">%s</text>\n",
			top+16, html.EscapeString(results.Printable(f.Cell)), top+32, html.EscapeString(results.Printable(f.Machine)))
		drawn, err := drawSeries(size, f)
		if err != nil {
			return fmt.Errorf("draw the history of %s: %w", f.Cell, err)
		}
		place := fmt.Sprintf(`<svg x="0" y="%g" width="%g" height="%g"`, top+captionHeight, size.Width, size.Height)
		b.WriteString(place + strings.TrimPrefix(drawn, "<svg"))
	}
	b.WriteString("\n</svg>")
	if _, err := io.WriteString(w, picture.Standalone(b.String())); err != nil {
		return fmt.Errorf("draw the history: %w", err)
	}
	return nil
}

// drawSeries draws one series, its builds named by their commits.
func drawSeries(size picture.Size, f Finding) (string, error) {
	low, high := span(f)
	y := picture.Axis{
		Label: f.Unit,
		Scale: picture.Linear, Low: low, High: high,
		Write: func(ratio float64) string { return fmt.Sprintf("%.3g", ratio) },
	}
	tick := func(share float64) float64 { return low + share*(high-low) }
	if !f.amount() {
		y.Label, y.Scale = "multiple of "+f.Reference+" ("+f.Unit+")", picture.Log
		tick = func(share float64) float64 { return low * math.Pow(high/low, share) }
	}
	const steps = 5
	for i := range steps + 1 {
		y.Ticks = append(y.Ticks, tick(float64(i)/steps))
	}
	var points []picture.Point
	var names []string
	for _, b := range f.Builds {
		points = append(points, picture.Point{Y: b.Value, Low: b.Value, High: b.Value})
		names = append(names, b.Commit[:min(7, len(b.Commit))])
	}
	var levels []picture.Level
	for _, l := range f.levels() {
		levels = append(levels, picture.Level{From: l.from, To: l.to - 1, At: l.value})
	}
	var changes []picture.Change
	for _, c := range f.Changes {
		changes = append(changes, picture.Change{At: c.At, Name: f.mark(c)})
	}
	return picture.History(size, f.Cell, y, points, levels, changes, names)
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
