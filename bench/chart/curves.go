package chart

import (
	"fmt"
	"math"
	"slices"
)

// A Curve is a series of points that belong together.
type Curve struct {
	Name   string
	Note   string // what else to know, such as whose it is; shown behind the name
	Look   int    // from 0, or Plain
	Grey   bool   // only its highlight shows the colour of its look
	Points []Point
}

// A Point is a value and where its interval ends; the ends are equal to it, or
// infinite, where it has none.
type Point struct{ X, Y, Low, High float64 }

// A Rule is a line across the whole chart, with a word on it.
type Rule struct {
	At   float64
	Name string
}

// mostColoured is how many curves a reader can tell apart by colour.
const mostColoured = 7

// leader is how long the line is that leads from a curve to its name.
const leader = 16.0

// Curves draws curves over a common axis, each with its name at its end, and
// rules at some heights. Only seven have colours, which are the first that are not
// Grey; the others are drawn in grey below them.
func Curves(size Size, title string, x, y Axis, curves []Curve, rules ...Rule) string {
	var xs, ys []float64
	curves = slices.Clone(curves)
	coloured := 0
	for i, c := range curves {
		c.Grey = c.Grey || coloured == mostColoured
		c.Name = named(c.Name, c.Note)
		c.Points = slices.DeleteFunc(slices.Clone(c.Points), func(p Point) bool { return !x.Scale.shows(p.X) || !y.Scale.shows(p.Y) })
		curves[i] = c
		if len(c.Points) > 0 && !c.Grey {
			coloured++
		}
		for _, p := range c.Points {
			xs, ys = append(xs, p.X), append(ys, p.Y)
		}
	}
	curves = slices.DeleteFunc(curves, func(c Curve) bool { return len(c.Points) == 0 })
	for _, r := range rules {
		ys = append(ys, r.At)
	}
	x, y = x.over(xs), y.over(ys)

	room := 0.0
	for _, c := range curves {
		room = max(room, leader+width(cut(c.Name, longest)))
	}
	f := newFrame(size, title, describe(x, y, curves), x, y, room, 0)
	f.rules(rules, curves)
	ends := make([]label, len(curves))
	for i, c := range curves {
		ends[i] = label{at: f.py(c.Points[len(c.Points)-1].Y), size: spacing, curve: i}
	}
	place(ends, 0, size.Height)
	for _, grey := range []bool{true, false} {
		for _, end := range ends {
			if c := curves[end.curve]; c.Grey == grey {
				f.curve(c, end.at)
			}
		}
	}
	return f.String() + "</svg>"
}

// named is a name with what else to know.
func named(name, note string) string {
	if note == "" {
		return name
	}
	return fmt.Sprintf("%s (%s)", name, note)
}

// describe says in words where curves begin and end.
func describe(x, y Axis, curves []Curve) string {
	words := fmt.Sprintf("%s by %s.", y.Label, x.Label)
	for _, c := range curves {
		words += fmt.Sprintf(" %s: %s", c.Name, describePoint(x, y, c.Points[0]))
		if n := len(c.Points); n > 1 {
			words += "; " + describePoint(x, y, c.Points[n-1])
		}
		words += "."
	}
	return words
}

func describePoint(x, y Axis, p Point) string {
	return fmt.Sprintf("%s at %s%s", y.precise(p.Y), x.write(p.X), y.interval(p.Low, p.High))
}

// rules draws rules at heights, with their names on the side where fewer curves
// are in the way.
func (f *frame) rules(rules []Rule, curves []Curve) {
	var names []label
	for _, r := range rules {
		if f.y.holds(r.At) {
			f.path("line", ` stroke-dasharray="1 3"`, d("M%s %sH%s", f.left, f.py(r.At), f.right))
			names = append(names, label{at: f.py(r.At) - spacing/2, size: spacing, text: cut(r.Name, f.right-f.left-2*margin)})
		}
	}
	place(names, f.top, f.bottom)
	for _, n := range names {
		room := width(n.text)
		x, right := f.left+margin, f.right-margin-room
		if f.crowd(curves, right, right+room, n.at) < f.crowd(curves, x, x+room, n.at) {
			x = right
		}
		f.text(x, n.at+baseline-1, "", n.text)
	}
}

// crowd is how much of the curves lies in a line of text.
func (f *frame) crowd(curves []Curve, left, right, height float64) (n int) {
	for _, c := range curves {
		for i, b := range c.Points[1:] {
			a := c.Points[i]
			for share := 0.0; share <= 1; share += 0.125 {
				x := f.px(a.X) + share*(f.px(b.X)-f.px(a.X))
				y := f.py(a.Y) + share*(f.py(b.Y)-f.py(a.Y))
				if x > left && x < right && math.Abs(y-height) < spacing/2 {
					n++
				}
			}
		}
	}
	return n
}

// curve draws a curve with its intervals, its values, and its name at a height.
func (f *frame) curve(c Curve, height float64) {
	fmt.Fprintf(f, `<g class="curve %s">`, classOf(c.Look, c.Grey))
	f.intervals(c.Points)
	curve := "M"
	for _, p := range c.Points {
		curve += d("%s %s ", f.px(p.X), f.py(p.Y))
	}
	f.path("line", stroke(c.Look), curve)
	f.values(c.Name+": ", c.Points, marker(c.Look), 5) // the line leads past the others
	last := c.Points[len(c.Points)-1]
	f.path("line", ` stroke-width="0.6"`, d("M%s %sH%sL%s %s", f.px(last.X)+margin, f.py(last.Y), f.right+margin, f.right+leader-3, height))
	f.text(f.right+leader, height+baseline, "", cut(c.Name, longest))
	f.WriteString("</g>")
}

// intervals draws those of points as upright strokes, as far as the axis goes.
func (f *frame) intervals(points []Point) {
	strokes := ""
	for _, p := range points {
		if f.y.interval(p.Low, p.High) != "" {
			strokes += d("M%s %sV%s", f.px(p.X), f.py(p.Low), f.py(p.High))
		}
	}
	f.path("line interval", "", strokes)
}

// values marks points, but for those closer than apart to one that is marked. What
// is said of each begins with a prefix.
func (f *frame) values(prefix string, points []Point, marker string, apart float64) {
	fromX, fromY := math.Inf(-1), math.Inf(-1)
	for _, p := range points {
		x, y := f.px(p.X), f.py(p.Y)
		if math.Hypot(x-fromX, y-fromY) < apart {
			continue
		}
		fromX, fromY = x, y
		f.value(x, y, marker, prefix+describePoint(f.x, f.y, p))
	}
}
