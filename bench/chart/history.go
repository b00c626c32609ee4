package chart

import (
	"fmt"
	"slices"
	"strconv"
)

// A Level is a stretch of a series in which nothing changed, with the value it
// stands at. The ends are indices of points, both included.
type Level struct {
	From, To int
	At       float64
}

// A Change is the point with which a series changes, by its index, and what is
// written at it.
type Change struct {
	At   int
	Name string
}

// History draws a series in its order, one point a build, with the levels
// between its changes. names label points below; where there are fewer or none
// points are counted from 1.
func History(size Size, title string, y Axis, points []Point, levels []Level, changes []Change, names []string) string {
	build := func(i int) string {
		if i >= 0 && i < len(names) {
			return names[i]
		}
		return strconv.Itoa(i + 1)
	}
	x := Axis{Low: -0.5, High: max(float64(len(points))-0.5, 0.5), Label: "build", Write: func(v float64) string { return build(int(v)) }}
	widest := 0.0
	for i := range points {
		widest = max(widest, width(build(i))+margin)
	}
	for i := 0; i < len(points); i += 1 + int(widest*float64(len(points))/(0.8*size.Width)) {
		x.Ticks = append(x.Ticks, float64(i))
	}
	var ys []float64
	points = slices.Clone(points)
	for i := range points {
		points[i].X = float64(i)
		ys = append(ys, points[i].Y, points[i].Low, points[i].High)
	}
	for _, l := range levels {
		ys = append(ys, l.At)
	}
	points = slices.DeleteFunc(points, func(p Point) bool { return !y.Scale.shows(p.Y) })
	words := fmt.Sprintf("%s of %d builds.", y.Label, len(points))
	var marks []Rule
	for _, c := range changes {
		words += fmt.Sprintf(" %s at %s.", c.Name, build(c.At))
		marks = append(marks, Rule{float64(c.At) - 0.5, c.Name})
	}
	f := newFrame(size, title, words, x, y.over(ys), 0, 1)
	fmt.Fprintf(f, `<g class="%s">`, classOf(1, false))
	f.upright("4 3", marks)
	fmt.Fprintf(f, `</g><g class="%s">`, classOf(0, false))
	f.intervals(points)
	f.values("", points, marker(0), 0)
	f.WriteString("</g>")
	for _, l := range levels {
		if f.y.holds(l.At) {
			f.path("line", ` stroke-width="2"`, d("M%s %sH%s", f.px(float64(l.From)-0.5), f.py(l.At), f.px(float64(l.To)+0.5)))
		}
	}
	return f.String() + "</svg>"
}
