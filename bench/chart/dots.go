package chart

import (
	"fmt"
	"math"
)

// A Dot is one value on a row of its own.
type Dot struct {
	Name, Note       string // the note is shown behind the name
	Look             int
	Grey             bool    // only its highlight shows the colour of its look
	Tied             bool    // shaded, as others that are tied
	Value, Low, High float64 // the ends are infinite where there is no interval
	Text             string  // the value in words
}

// rowHeight is that of a dot's row.
const rowHeight = 20.0

// Dots draws values below one another in the order given, each with its interval
// and its text, and rules across all. The chart is as high as it takes.
func Dots(size Size, title string, x Axis, dots []Dot, rules ...Rule) string {
	var values, rows []float64
	words := x.Label + "."
	room := 0.0
	for i, d := range dots {
		values = append(values, d.Value)
		if !math.IsInf(d.Low, 0) && !math.IsInf(d.High, 0) {
			values = append(values, d.Low, d.High)
		}
		rows = append(rows, float64(i-len(dots)+1))
		room = max(room, width(cut(d.Text, longest))+2*margin)
		words += fmt.Sprintf(" %s: %s.", named(d.Name, d.Note), d.Text)
	}
	for _, r := range rules {
		values = append(values, r.At)
	}
	above := float64(min(len(rules), 1))
	size.Height = rowHeight*float64(len(dots)) + (2+above)*line + 2*margin
	y := Axis{Low: 0.5 - float64(len(dots)), High: 0.5, Ticks: rows, silent: true, Write: func(v float64) string {
		return named(dots[int(-v)].Name, dots[int(-v)].Note)
	}}
	f := newFrame(size, title, words, x.over(values), y, room, above)
	f.upright("1 3", rules)
	for i, dot := range dots {
		f.dot(dot, f.py(float64(-i)))
	}
	return f.String() + "</svg>"
}

// dot draws one dot between its name and its text, with its interval, at a height.
func (f *frame) dot(of Dot, y float64) {
	fmt.Fprintf(f, `<g class="curve %s">`, classOf(of.Look, of.Grey))
	if of.Tied {
		f.path("ink tied", "", d("M0 %sH%sV%sH0z", y-rowHeight/2, f.size.Width, y+rowHeight/2))
	}
	name := named(of.Name, of.Note)
	interval := f.x.interval(of.Low, of.High)
	if interval != "" {
		low, high := f.px(of.Low), f.px(of.High)
		f.path("line", ` stroke-width="1.6"`, d("M%s %sv6m0-3H%sm0-3v6", low, y-3, high))
	}
	if f.x.holds(of.Value) {
		f.value(f.px(of.Value), y, marker(of.Look), name+": "+of.Text+interval)
	}
	f.text(f.right+margin, y+baseline, "ink", cut(of.Text, longest))
	f.WriteString(`<g text-anchor="end">`)
	f.text(f.left-margin/2, y+baseline, "ink", cut(name, longest))
	f.WriteString("</g></g>")
}
