package picture

import (
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
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
func History(size Size, name string, y Axis, points []Point, levels []Level, changes []Change, names []string) (string, error) {
	var ys []float64
	for i := range points {
		points[i].X = float64(i)
		ys = append(ys, points[i].Y, points[i].Low, points[i].High)
	}
	x := Axis{Low: -0.5, High: max(float64(len(points))-0.5, 0.5), Label: "build", Write: func(v float64) string {
		if i := int(v); float64(i) == v && i >= 0 && i < len(names) {
			return names[i]
		}
		return strconv.Itoa(int(v) + 1)
	}}
	most := 10
	if size.narrow() {
		most = 4
	}
	for i := 0; i < len(points); i += max(1, (len(points)+most-1)/most) {
		x.Ticks = append(x.Ticks, float64(i))
	}
	y = y.over(ys)
	p := newPlot(size, x, y)
	for _, c := range changes {
		p.Add(changed{c})
	}
	p.Add(intervals{Curve{Look: 0, Points: points}, y})
	xys := make(plotter.XYs, 0, len(points))
	for _, point := range shown(points, x, y) {
		xys = append(xys, plotter.XY{X: point.X, Y: point.Y})
	}
	p.Add(&plotter.Scatter{XYs: xys, GlyphStyle: draw.GlyphStyle{Color: shade(line, 0), Shape: draw.CircleGlyph{}, Radius: 2.4}})
	for _, l := range levels {
		if y.Scale.shows(l.At) {
			p.Add(level(l))
		}
	}
	return render(size, name, func(c draw.Canvas) { p.Draw(draw.Crop(c, 0, -6, 0, -18)) })
}

// level draws a stretch in which nothing changed.
type level Level

func (l level) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	at := y(l.At)
	c.StrokeLine2(draw.LineStyle{Color: shade(ink, 0), Width: 2}, x(float64(l.From)-0.5), at, x(float64(l.To)+0.5), at)
}

// changed marks a change, between the point before it and its own.
type changed struct{ change Change }

func (m changed) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	at := x(float64(m.change.At) - 0.5)
	c.StrokeLine2(draw.LineStyle{Color: shade(line, 1), Width: 1.4, Dashes: []vg.Length{4, 3}}, at, c.Min.Y, at, c.Max.Y)
	c.DrawGlyph(draw.GlyphStyle{Color: shade(line, 1), Shape: draw.PyramidGlyph{}, Radius: 4}, vg.Point{X: at, Y: c.Min.Y + 4})
	style := textStyle(line, 1, tickSize)
	style.XAlign = draw.XCenter
	if half := style.Width(m.change.Name) / 2; at-half < c.Min.X {
		style.XAlign = draw.XLeft
	} else if at+half > c.Max.X {
		style.XAlign = draw.XRight
	}
	c.FillText(style, vg.Point{X: at, Y: c.Max.Y + 4}, m.change.Name)
}
