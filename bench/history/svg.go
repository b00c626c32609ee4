package history

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"

	"github.com/poolbench/poolbench/bench/picture"
)

// captionHeight is the room above each series for its name, in CSS pixels.
const captionHeight = 40

// SVG draws the findings one below the other, as a file of its own: a point for
// each build, a line for each level and a mark at each change. The scale is
// logarithmic.
func SVG(w io.Writer, findings []Finding) error {
	size := picture.Wide
	each := captionHeight + size.Height
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="picture" viewBox="0 0 %g %g" role="img" aria-label="history" fill="currentColor">`, size.Width, each*float64(len(findings)))
	for i, f := range findings {
		top := each * float64(i)
		fmt.Fprintf(&b, "\n<text x=\"8\" y=\"%g\" font-size=\"13\">%s</text>\n<text x=\"8\" y=\"%g\" font-size=\"11\">%s</text>\n",
			top+16, html.EscapeString(f.Cell), top+32, html.EscapeString(f.Machine))
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
		Label: "multiple of " + f.Reference + " (" + f.Unit + ")",
		Scale: picture.Log, Low: low, High: high,
		Write: func(ratio float64) string { return fmt.Sprintf("%.3g", ratio) },
	}
	const steps = 5
	for i := range steps + 1 {
		y.Ticks = append(y.Ticks, low*math.Pow(high/low, float64(i)/steps))
	}
	var points []picture.Point
	var names []string
	for _, b := range f.Builds {
		points = append(points, picture.Point{Y: b.Ratio, Low: b.Ratio, High: b.Ratio})
		names = append(names, b.Commit[:min(7, len(b.Commit))])
	}
	var levels []picture.Level
	for _, l := range f.levels() {
		levels = append(levels, picture.Level{From: l.from, To: l.to - 1, At: l.ratio})
	}
	var changes []picture.Change
	for _, c := range f.Changes {
		changes = append(changes, picture.Change{At: c.At, Name: fmt.Sprintf("%+.1f %%", 100*(c.Ratio.Estimate-1))})
	}
	return picture.History(size, f.Cell, y, points, levels, changes, names)
}

// span is the range of ratios to draw: a little more than they take up, and no
// narrower than the flattest drawing.
func span(f Finding) (low, high float64) {
	low, high = f.Builds[0].Ratio, f.Builds[0].Ratio
	for _, b := range f.Builds {
		low, high = min(low, b.Ratio), max(high, b.Ratio)
	}
	const room = 1.02
	widen := max(room, flattest/(high/low))
	return low / widen, high * widen
}
