package picture

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Dot is one value on a line of its own.
type Dot struct {
	Name             string
	Look             int
	Value, Low, High float64 // the ends are infinite where there is no interval
	Text             string  // the value in words
}

// rowHeight is that of a dot's line.
const rowHeight = 20

// Dots draws values below one another in the order given, each with its
// interval and its figure, and rules across all. The picture is as high as it
// takes.
func Dots(size Size, name string, x Axis, dots []Dot, rules ...Rule) (string, error) {
	var values []float64
	for _, d := range dots {
		values = append(values, d.Value)
		if !math.IsInf(d.Low, 0) && !math.IsInf(d.High, 0) {
			values = append(values, d.Low, d.High)
		}
	}
	for _, r := range rules {
		values = append(values, r.At)
	}
	x = x.over(values)
	names := make([]float64, len(dots))
	for i := range dots {
		names[i] = float64(i)
	}
	y := Axis{Low: -0.7, High: float64(len(dots)) - 0.3, Ticks: names, Write: func(v float64) string { return cut(dots[len(dots)-1-int(v)].Name) }}
	size = size.tall(float64(rowHeight*len(dots)) + 64)
	p := newPlot(size, x, y)
	p.Y.Tick.Length = 0
	for _, r := range rules {
		p.Add(upright{r, x})
	}
	for i, d := range dots {
		p.Add(dotted{d, float64(len(dots) - 1 - i), x})
	}
	return render(size, name, func(c draw.Canvas) {
		style := textStyle(ink, 0, tickSize)
		var labels, texts []string
		for _, d := range dots {
			labels, texts = append(labels, cut(d.Name)), append(texts, d.Text)
		}
		data := draw.Crop(c, roomFor(labels)*(1-1/slack), -roomFor(texts)-6, 0, -16)
		p.Draw(data)
		inner := p.DataCanvas(data)
		_, up := p.Transforms(&inner)
		style.YAlign = draw.YCenter
		for i, d := range dots {
			c.FillText(style, vg.Point{X: inner.Max.X + 6, Y: up(float64(len(dots)-1-i)) + 1.5}, d.Text)
		}
	})
}

// dotted draws one dot with its interval.
type dotted struct {
	dot Dot
	row float64
	x   Axis
}

func (d dotted) Plot(c draw.Canvas, p *plot.Plot) {
	if !d.x.Scale.shows(d.dot.Value) {
		return
	}
	x, y := p.Transforms(&c)
	shape := marker(d.dot.Look)
	if d.x.Scale.shows(d.dot.Low) && d.x.Scale.shows(d.dot.High) {
		style := lineStyle(d.dot.Look)
		style.Width, style.Dashes = 1.6, nil
		at, cap := y(d.row), vg.Length(3)
		low, high := x(max(d.dot.Low, p.X.Min)), x(min(d.dot.High, p.X.Max))
		c.StrokeLine2(style, low, at, high, at)
		c.StrokeLine2(style, low, at-cap, low, at+cap)
		c.StrokeLine2(style, high, at-cap, high, at+cap)
	}
	c.DrawGlyph(draw.GlyphStyle{Color: shade(line, d.dot.Look), Shape: shape, Radius: 3.6}, vg.Point{X: x(d.dot.Value), Y: y(d.row)})
}

// upright draws a rule from the bottom to the top, with its name above.
type upright struct {
	rule Rule
	x    Axis
}

func (u upright) Plot(c draw.Canvas, p *plot.Plot) {
	if !u.x.Scale.shows(u.rule.At) {
		return
	}
	x, _ := p.Transforms(&c)
	at := x(u.rule.At)
	c.StrokeLine2(draw.LineStyle{Color: shade(ink, 0), Width: 1, Dashes: []vg.Length{1, 3}}, at, c.Min.Y, at, c.Max.Y)
	style := textStyle(ink, 0, tickSize)
	style.XAlign = draw.XCenter
	if half := style.Width(u.rule.Name) / 2; at-half < c.Min.X {
		style.XAlign = draw.XLeft
	} else if at+half > c.Max.X {
		style.XAlign = draw.XRight
	}
	c.FillText(style, vg.Point{X: at, Y: c.Max.Y + 4}, u.rule.Name)
}
