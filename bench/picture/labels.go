package picture

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// An end is where a curve ends, and what it is called.
type end struct {
	name string
	look int
	x, y float64
}

// leader is how long the line is that leads from a curve to its name.
const leader vg.Length = 16

// spacing is how far apart names stand.
const spacing = tickSize + 1.5

// label writes the names of curves to the right of the data, moved apart where
// they would cover one another, each with a line that leads to its curve.
func label(c, data draw.Canvas, p *plot.Plot, ends []end) {
	x, y := p.Transforms(&data)
	slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.y, b.y) })
	wanted := make([]vg.Length, len(ends))
	for i, e := range ends {
		wanted[i] = y(e.y)
	}
	at := spread(wanted, spacing, c.Min.Y+spacing/2, c.Max.Y-spacing/2)
	for i, e := range ends {
		thin := lineStyle(e.look)
		thin.Width, thin.Dashes = 0.6, nil
		c.StrokeLines(thin, []vg.Point{{X: x(e.x) + 4, Y: wanted[i]}, {X: data.Max.X + 4, Y: wanted[i]}, {X: data.Max.X + leader - 2, Y: at[i]}})
		style := textStyle(line, e.look, tickSize)
		style.YAlign = draw.YCenter
		c.FillText(style, vg.Point{X: data.Max.X + leader, Y: at[i]}, e.name)
	}
}

// spread moves ascending positions apart, as little as it takes, so that they
// stand at least gap from one another and between low and high. Where there is
// no room for that, they stand closer, evenly.
func spread(wanted []vg.Length, gap, low, high vg.Length) []vg.Length {
	n := len(wanted)
	if n > 1 {
		gap = min(gap, (high-low)/vg.Length(n-1))
	}
	// Neighbours that touch move as one, around the middle of what they want.
	type run struct {
		from, size int
		start      vg.Length // of its first
		sum        vg.Length // of what its members want for the first
	}
	place := func(r run) run {
		room := vg.Length(r.size-1) * gap
		r.start = max(low, min(r.sum/vg.Length(r.size), high-room))
		return r
	}
	var runs []run
	for i, w := range wanted {
		r := place(run{from: i, size: 1, sum: w})
		for len(runs) > 0 {
			before := runs[len(runs)-1]
			if before.start+vg.Length(before.size)*gap <= r.start {
				break
			}
			r = place(run{from: before.from, size: before.size + r.size,
				sum: before.sum + r.sum - vg.Length(before.size*r.size)*gap})
			runs = runs[:len(runs)-1]
		}
		runs = append(runs, r)
	}
	at := make([]vg.Length, 0, n)
	for _, r := range runs {
		for k := range r.size {
			at = append(at, r.start+vg.Length(k)*gap)
		}
	}
	return at
}
