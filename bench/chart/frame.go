package chart

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Size is what a chart is drawn for, in CSS pixels.
type Size struct{ Width, Height float64 }

// The sizes to draw for: the page of a desktop, and a phone.
var (
	Wide   = Size{760, 430}
	Narrow = Size{300, 400}
)

// line is the height of a line of text, and margin the room around all, in CSS
// pixels.
const (
	line   = 16.0
	margin = 6.0
)

// A frame is a chart in the making: the SVG so far, and the area of its data.
type frame struct {
	strings.Builder
	size                     Size
	x, y                     Axis
	left, right, top, bottom float64
}

// newFrame begins a chart with its axes and grid. It leaves room on the right,
// and for that many lines of text above the data.
func newFrame(size Size, title, description string, x, y Axis, right, above float64) *frame {
	f := &frame{size: size, x: x, y: y, top: margin + above*line, bottom: size.Height - line - margin}
	fmt.Fprintf(f, `<svg class="chart" width="%g" height="%g" viewBox="0 0 %[1]g %[2]g" role="img" aria-label="%s"><title>%[3]s</title><desc>%s</desc>`,
		size.Width, size.Height, escape(title), escape(description))
	if x.Label != "" {
		f.bottom -= line
	}
	if y.Label != "" {
		f.top += line
	}
	rows := y.ticks(func(t tick) (middle, half float64) { return y.place(t.at) * (f.bottom - f.top), spacing / 2 })
	for i := range rows {
		rows[i].text = cut(rows[i].text, longest)
		f.left = max(f.left, width(rows[i].text)+margin)
	}
	f.right = size.Width - max(right, margin)
	columns := x.ticks(func(t tick) (middle, half float64) {
		half = width(t.text) / 2
		return f.inside(f.px(t.at), half), half + margin/2
	})

	f.WriteString(`<g text-anchor="end">`)
	grid := ""
	for _, t := range rows {
		grid += d("M%s %sH%s", f.left, f.py(t.at), f.right)
		if !y.silent {
			f.text(f.left-margin/2, f.py(t.at)+baseline, "", t.text)
		}
	}
	f.WriteString(`</g><g text-anchor="middle">`)
	for _, t := range columns {
		grid += d("M%s %sV%s", f.px(t.at), f.top, f.bottom)
		f.centred(f.px(t.at), f.bottom+line-1, "", t.text)
	}
	f.centred((f.left+f.right)/2, f.bottom+2*line, "quiet", cut(x.Label, size.Width))
	f.WriteString(`</g>`)
	f.text(margin/2, line-margin/2, "quiet", cut(y.Label, size.Width-margin))
	f.path("line rule", "", grid)
	f.path("line quiet", "", d("M%s %sV%sH%s", f.left, f.top, f.bottom, f.right))
	return f
}

// px and py are where a value of an axis lies.
func (f *frame) px(v float64) float64 { return f.left + f.x.place(v)*(f.right-f.left) }
func (f *frame) py(v float64) float64 { return f.bottom - f.y.place(v)*(f.bottom-f.top) }

// inside moves the middle of what is twice half wide so that all of it is in the
// chart.
func (f *frame) inside(middle, half float64) float64 {
	return max(half, min(middle, f.size.Width-half))
}

// path draws a path; more are further attributes.
func (f *frame) path(class, more, d string) {
	if d != "" {
		fmt.Fprintf(f, `<path class="%s"%s d="%s"/>`, class, more, d)
	}
}

// text writes a text from a place on its base line on.
func (f *frame) text(x, y float64, class, s string) {
	if class != "" {
		class = fmt.Sprintf(` class="%s"`, class)
	}
	if s != "" {
		fmt.Fprintf(f, `<text x="%s" y="%s"%s>%s</text>`, number(x), number(y), class, escape(s))
	}
}

// centred writes a text, which is anchored in its middle, at a place or as near
// to it as the chart's edges allow.
func (f *frame) centred(x, y float64, class, s string) {
	f.text(f.inside(x, width(s)/2), y, class, s)
}

// value draws the marker of a value, with what it is in words.
func (f *frame) value(x, y float64, marker, words string) {
	fmt.Fprintf(f, `<path class="v" d="%s%s"><title>%s</title></path>`, d("M%s %s", x, y), marker, escape(words))
}

// upright draws rules from the bottom to the top, with their names above as far
// as there is room for them.
func (f *frame) upright(dashes string, rules []Rule) {
	f.WriteString(`<g text-anchor="middle">`)
	var names []label
	for _, r := range rules {
		if f.x.holds(r.At) {
			at, name := f.px(r.At), cut(r.Name, longest)
			f.path("line", fmt.Sprintf(` stroke-dasharray="%s"`, dashes), d("M%s %sV%s", at, f.top, f.bottom))
			f.value(at, f.bottom-margin, markers[2], r.Name)
			names = append(names, label{at: at, size: width(name) + margin, text: name})
		}
	}
	place(names, 0, f.size.Width)
	end := 0.0
	for _, n := range names {
		if half := width(n.text) / 2; n.at-half >= end {
			f.centred(n.at, f.top-margin/2-1, "", n.text)
			end = n.at + half
		}
	}
	f.WriteString("</g>")
}

// d writes the data of a path, with a coordinate for each %s.
func d(format string, coordinates ...float64) string {
	words := make([]any, len(coordinates))
	for i, v := range coordinates {
		words[i] = number(v)
	}
	return fmt.Sprintf(format, words...)
}

// number writes a coordinate with as many digits as can be seen.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(10*v)/10+0, 'f', -1, 64) // + 0, so that there is no -0
}

// escape makes text of any string.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // writing to a builder cannot fail
	return b.String()
}

// Standalone makes a file of its own of a chart, with its style sheet in it.
func Standalone(svg string) string {
	return strings.Replace(svg, ">", ` xmlns="http://www.w3.org/2000/svg"><style>`+Style+"</style>", 1) + "\n"
}
