package history

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// The measures of a drawing, in CSS pixels.
const (
	svgWidth  = 760
	svgHead   = 34 // above a series, for its name
	svgBody   = 110
	svgFoot   = 26 // below it, for its first and last commit
	svgMargin = 64 // on the left, for the scale
	svgEnd    = 20 // on the right
)

// svgStyle lets the reader's browser decide between light and dark. A change is
// told from the rest by its dashes and by the words at it, not by colour alone.
const svgStyle = `svg{font:12px sans-serif;background:#fff;fill:#1b1b1b}.quiet{fill:#666}.axis{stroke:#999}.build{fill:#2a63a5}.level{stroke:#1b1b1b;stroke-width:2}.change{stroke:#b3261e;stroke-dasharray:4 3}.word{fill:#b3261e}
@media(prefers-color-scheme:dark){svg{background:#161616;fill:#eee}.quiet{fill:#aaa}.build{fill:#8ab4f0}.level{stroke:#eee}.change{stroke:#ff8a80}.word{fill:#ff8a80}}`

// SVG draws the findings one below the other: a point for each build, a line for
// each level, and a dashed line at each change. The scale is logarithmic.
func SVG(w io.Writer, findings []Finding) error {
	var b strings.Builder
	height := len(findings) * (svgHead + svgBody + svgFoot)
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n<style>%s</style>\n", svgWidth, height, svgWidth, height, svgStyle)
	for i, f := range findings {
		fmt.Fprintf(&b, "<g transform=\"translate(0 %d)\">\n", i*(svgHead+svgBody+svgFoot))
		drawSeries(&b, f)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("draw the history: %w", err)
	}
	return nil
}

func drawSeries(b *strings.Builder, f Finding) {
	low, high := span(f)
	x := func(i float64) float64 {
		return svgMargin + (i+0.5)/float64(len(f.Builds))*(svgWidth-svgMargin-svgEnd)
	}
	y := func(ratio float64) float64 {
		return svgHead + svgBody*(math.Log(high)-math.Log(ratio))/(math.Log(high)-math.Log(low))
	}
	text := func(class, anchor string, x, y float64, words string) {
		fmt.Fprintf(b, "<text class=%q text-anchor=%q x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, anchor, x, y, html.EscapeString(words))
	}
	line := func(class string, x1, y1, x2, y2 float64) {
		fmt.Fprintf(b, "<line class=%q x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1, y1, x2, y2)
	}

	text("name", "start", 4, 14, f.Cell)
	text("quiet", "start", 4, 28, fmt.Sprintf("%s, as multiples of %s (%s)", f.Machine, f.Reference, f.Unit))
	line("axis", svgMargin, svgHead+svgBody, svgWidth-svgEnd, svgHead+svgBody)
	text("quiet", "end", svgMargin-6, y(high)+10, multiple(high))
	text("quiet", "end", svgMargin-6, y(low), multiple(low))
	text("quiet", "start", svgMargin, svgHead+svgBody+16, short(f.Builds[0].Commit))
	if last := len(f.Builds) - 1; last > 0 {
		text("quiet", "end", svgWidth-svgEnd, svgHead+svgBody+16, short(f.Builds[last].Commit))
	}
	for i, build := range f.Builds {
		fmt.Fprintf(b, "<circle class=\"build\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.4\"><title>%s</title></circle>\n",
			x(float64(i)), y(build.Ratio), html.EscapeString(short(build.Commit)+" "+multiple(build.Ratio)))
	}
	for _, l := range f.levels() {
		line("level", x(float64(l.from)-0.5), y(l.ratio), x(float64(l.to)-0.5), y(l.ratio))
	}
	for _, c := range f.Changes {
		at := x(float64(c.At) - 0.5)
		line("change", at, svgHead, at, svgHead+svgBody)
		anchor := "start"
		if at > svgWidth/2 {
			anchor = "end"
		}
		text("word", anchor, at, svgHead+svgBody+16, fmt.Sprintf("%+.1f %% %s", 100*(c.Ratio.Estimate-1), short(f.Builds[c.At].Commit)))
	}
}

// span is the range of ratios to draw, no narrower than the flattest one.
func span(f Finding) (low, high float64) {
	low, high = f.Builds[0].Ratio, f.Builds[0].Ratio
	for _, b := range f.Builds {
		low, high = min(low, b.Ratio), max(high, b.Ratio)
	}
	if missing := math.Sqrt(flattest / (high / low)); missing > 1 {
		low, high = low/missing, high*missing
	}
	return low, high
}
