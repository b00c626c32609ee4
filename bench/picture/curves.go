package picture

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Curve is a series of points that belong together.
type Curve struct {
	Name   string
	Look   int // from 0, or Plain
	Points []Point
}

// A Point is a value and where its interval ends; the ends are equal to it, or
// infinite, where it has none.
type Point struct{ X, Y, Low, High float64 }

// A Rule is a line across the whole picture, with a word on it.
type Rule struct {
	At   float64
	Name string
}

// Curves draws curves over a common axis, each with its name at its end, and
// rules at some heights.
func Curves(size Size, name string, x, y Axis, curves []Curve, rules ...Rule) (string, error) {
	var xs, ys []float64
	for _, c := range curves {
		for _, p := range c.Points {
			xs, ys = append(xs, p.X), append(ys, p.Y)
		}
	}
	for _, r := range rules {
		ys = append(ys, r.At)
	}
	x, y = x.over(xs), y.over(ys)
	p := newPlot(size, x, y)
	for _, r := range rules {
		p.Add(across{r, y})
	}
	var ends []end
	var names []string
	for _, c := range curves {
		c.Points = shown(c.Points, x, y)
		if len(c.Points) == 0 {
			continue
		}
		p.Add(intervals{c, y})
		xys := make(plotter.XYs, len(c.Points))
		for i, point := range c.Points {
			xys[i] = plotter.XY{X: point.X, Y: point.Y}
		}
		p.Add(&plotter.Line{XYs: xys, LineStyle: lineStyle(c.Look)})
		p.Add(&plotter.Scatter{XYs: xys, GlyphStyle: draw.GlyphStyle{Color: shade(line, c.Look), Shape: marker(c.Look), Radius: 2.6}})
		last := c.Points[len(c.Points)-1]
		names = append(names, cut(c.Name))
		ends = append(ends, end{name: cut(c.Name), look: c.Look, x: last.X, y: last.Y})
	}
	return render(size, name, func(c draw.Canvas) {
		room := roomFor(names) + leader
		data := draw.Crop(c, 0, -room, 0, -4)
		p.Draw(data)
		inner := p.DataCanvas(data)
		label(c, inner, p, ends)
	})
}

// shown keeps the points that both axes have a place for.
func shown(points []Point, x, y Axis) (out []Point) {
	for _, p := range points {
		if x.Scale.shows(p.X) && y.Scale.shows(p.Y) {
			out = append(out, p)
		}
	}
	return out
}

// across draws a rule at a height.
type across struct {
	rule Rule
	y    Axis
}

func (a across) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	if at := a.rule.At; !a.y.Scale.shows(at) || at < p.Y.Min || at > p.Y.Max {
		return
	}
	at := y(a.rule.At)
	c.StrokeLine2(draw.LineStyle{Color: shade(ink, 0), Width: 1, Dashes: []vg.Length{1, 3}}, c.Min.X, at, c.Max.X, at)
	style := textStyle(ink, 0, tickSize)
	c.FillText(style, vg.Point{X: c.Min.X + 4, Y: at + 3}, a.rule.Name)
}

// intervals draws the interval of every point of a curve.
type intervals struct {
	curve Curve
	y     Axis
}

func (i intervals) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := draw.LineStyle{Color: shade(interval, i.curve.Look), Width: 1}
	for _, point := range i.curve.Points {
		if !(point.Low < point.High) || !i.y.Scale.shows(point.Low) || !i.y.Scale.shows(point.High) {
			continue
		}
		low, high := max(point.Low, p.Y.Min), min(point.High, p.Y.Max)
		c.StrokeLine2(style, x(point.X), y(low), x(point.X), y(high))
	}
}
