package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/workload"

	"github.com/poolbench/poolbench/bench/claim"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/work"
)

// A Chart shows what was measured, in two sizes.
type Chart struct {
	Slug         string // "efficiency", "time", ...
	Title        string
	Caption      string // what to look for
	Wide, Narrow string // SVG
	Curves       []Curve
}

// A Curve is one that a reader may want to single out.
type Curve struct {
	Name  string
	Class string // of everything that belongs to it in the drawing
}

// mostDrawn is how many strategies a chart can hold and still be read.
const mostDrawn = 24

// mostCharts is how many charts of one run a page shows. A run of ours has half
// as many.
const mostCharts = 40

// Charts draws everything that there is a chart for, and says how many it has left
// out because there are too many.
func Charts(e *question.Evidence) (drawn []Chart, left int) {
	d := drawing{e: e, looks: newLooks(e)}
	d.efficiency(bench.FamilyGrain, "efficiency", "Efficiency against the length of a task")
	d.times()
	d.efficiency(bench.FamilyTight, "tight", "Efficiency under a tight limit")
	d.peaks()
	d.percentiles()
	d.offered()
	return d.done, d.left
}

// Overview draws the efficiency of a few strategies against the length of a task.
func Overview(e *question.Evidence, strategies ...string) (Chart, error) {
	d := drawing{e: e, looks: make(looks), only: strategies}
	for i, name := range strategies {
		d.looks[name] = i
	}
	d.looks[bench.Reference] = chart.Plain
	d.efficiency(bench.FamilyGrain, "overview", "Share of the CPUs that work on tasks, by the length of a task")
	if len(d.done) == 0 {
		return Chart{}, fmt.Errorf("draw an overview: the results hold no lengths of tasks under %s", strings.Join(strategies, ", "))
	}
	return d.done[0], nil
}

// A drawing collects charts of one run.
type drawing struct {
	e     *question.Evidence
	looks looks
	only  []string // strategies that are drawn; none: all
	done  []Chart
	left  int // charts that are too many
}

// add draws a chart in both sizes.
func (d *drawing) add(p Chart, draw func(chart.Size) string) {
	if len(d.done) == mostCharts {
		d.left++
		return
	}
	p.Wide, p.Narrow = draw(chart.Wide), draw(chart.Narrow)
	d.done = append(d.done, p)
}

// points are those of several curves by name, in the order in which the names
// first came.
type points struct {
	names []string
	of    map[string][]chart.Point
}

func (s *points) add(name string, p chart.Point) {
	if s.of == nil {
		s.of = make(map[string][]chart.Point)
	}
	if s.of[name] == nil {
		s.names = append(s.names, name)
	}
	s.of[name] = append(s.of[name], p)
}

// most is the largest of what the points have along an axis, and of least.
func (s *points) most(least float64, along func(chart.Point) float64) float64 {
	for _, points := range s.of {
		for _, p := range points {
			least = max(least, along(p))
		}
	}
	return least
}

func alongX(p chart.Point) float64 { return p.X }
func alongY(p chart.Point) float64 { return p.Y }

// curves draws one curve for each name that has points.
func (d *drawing) curves(p Chart, x, y chart.Axis, points points, rules ...chart.Rule) {
	if n := len(points.names); n > mostDrawn {
		p.Caption += fmt.Sprintf(" Drawn are the first %d of %d strategies.", mostDrawn, n)
		points.names = points.names[:mostDrawn]
	}
	var curves []chart.Curve
	for _, name := range points.names {
		look, of := d.looks[name], points.of[name]
		slices.SortStableFunc(of, func(a, b chart.Point) int { return cmp.Compare(a.X, b.X) })
		curves = append(curves, chart.Curve{Name: name, Note: note(name), Look: look, Points: of})
		p.Curves = append(p.Curves, Curve{name, chart.Class(look)})
	}
	if len(curves) == 0 {
		return
	}
	d.add(p, func(size chart.Size) string { return chart.Curves(size, p.Title, x, y, curves, rules...) })
}

// note is what else a reader must know of a strategy: which pool is ours.
func note(name string) string {
	if name == bench.Own {
		return "own pool"
	}
	return ""
}

// point is the median of a unit at a place on an axis.
func point(x float64, c *results.Cell, unit string) (chart.Point, bool) {
	m := claim.Median(c, unit)
	return chart.Point{X: x, Y: m.Estimate, Low: m.Low, High: m.High}, claim.Known(m)
}

// percent writes a share.
func percent(v float64) string { return strconv.FormatFloat(math.Round(1e6*v)/1e4, 'f', -1, 64) + " %" }

// round writes a quantity as an axis has it: without the zeros of three digits.
func round(write func(float64) string) func(float64) string {
	return func(v float64) string {
		number, unit, _ := strings.Cut(write(v), " ")
		if strings.Contains(number, ".") {
			number = strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
		}
		return number + " " + unit
	}
}

// efficiency is what share of the ideal is left of tasks of each length.
func (d *drawing) efficiency(family *bench.Family, slug, title string) {
	groups := d.e.Family(family.Groups)
	var found points
	for _, g := range groups {
		for _, r := range g.Rows {
			length := float64(work.Grain(r.Cell.Keys["grain"]).Duration())
			p, ok := point(length, r.Cell, results.Efficiency)
			if ok && length > 0 && r.IsStrategy() && r.Pattern == workload.Callback && (len(d.only) == 0 || slices.Contains(d.only, r.Strategy)) {
				found.add(r.Strategy, p)
			}
		}
	}
	if len(groups) > 0 && slug == "tight" {
		title += fmt.Sprintf(" of %s at once", groups[0].Limit())
	}
	d.curves(Chart{
		Slug: slug, Title: title,
		Caption: "The share of the CPUs that work on tasks, by how long one task is. Where a curve crosses the line at half, overhead costs half the CPU: " +
			"that is the minimum effective task granularity. The farther left, the better. Upright strokes are 95 % intervals.",
	}, chart.Axis{Label: "length of a task", Scale: chart.Log, Write: round(claim.Nanoseconds)},
		chart.Axis{Label: "share of the ideal", High: 1.08 * min(1.5, found.most(1, alongY)), Write: percent}, found, chart.Rule{At: 0.5, Name: "half"}, chart.Rule{At: 1, Name: "limit: split over the CPUs by hand"})
}

// times is what one empty task takes.
func (d *drawing) times() {
	g := d.e.Group(bench.GroupSubmit)
	var rules []chart.Rule
	var dots []chart.Dot
	for _, r := range g.Rows {
		m := claim.Median(r.Cell, results.NsPerTask)
		switch {
		case !claim.Known(m) || r.Strategy == bench.Control:
		case r.Strategy == bench.Loop:
			rules = append(rules, chart.Rule{At: m.Estimate, Name: "bare loop"})
		case r.Pattern == workload.Callback:
			dots = append(dots, d.dot(r, m, claim.Nanoseconds))
		}
	}
	d.dots(Chart{
		Slug: "time", Title: "Time of one empty task",
		Caption: "From the first submit to the end of the last task, per task: medians with 95 % intervals. The dotted line is the floor, a loop with no pool at all.",
	}, chart.Axis{Label: "time a task", Scale: chart.Log, Write: round(claim.Nanoseconds)}, dots, rules...)
}

// dot is a strategy's value.
func (d *drawing) dot(r *question.Row, v stats.Interval, write func(float64) string) chart.Dot {
	return chart.Dot{
		Name: r.Label(), Look: min(d.looks[series(r)], 0), Value: v.Estimate, Low: v.Low, High: v.High, Text: write(v.Estimate),
	}
}

// dots draws values from the least to the largest.
func (d *drawing) dots(p Chart, x chart.Axis, dots []chart.Dot, rules ...chart.Rule) {
	if len(dots) == 0 {
		return
	}
	slices.SortStableFunc(dots, func(a, b chart.Dot) int { return cmp.Compare(a.Value, b.Value) })
	if len(dots) > mostDrawn {
		p.Caption += fmt.Sprintf(" Drawn are the least %d of %d.", mostDrawn, len(dots))
		dots = dots[:mostDrawn]
	}
	d.add(p, func(size chart.Size) string { return chart.Dots(size, p.Title, x, dots, rules...) })
}

// peaks is what every strategy needs at its peak.
func (d *drawing) peaks() {
	for _, g := range d.e.Family(append(slices.Clone(bench.FamilyMemory.Groups), bench.GroupFootprint)) {
		unit := g.PeakUnit()
		var dots []chart.Dot
		for _, r := range g.Rows {
			if v := claim.Median(r.Cell, unit); claim.Known(v) {
				dots = append(dots, d.dot(r, v, claim.Bytes))
			}
		}
		what := "memory of the process and its workers"
		if unit == results.PeakStack {
			what = "memory in stacks"
		}
		most := 0.0
		for _, dot := range dots {
			most = max(most, dot.Value)
			if !math.IsInf(dot.High, 1) {
				most = max(most, dot.High)
			}
		}
		d.dots(Chart{
			Slug: g.Slug, Title: fmt.Sprintf("Peak of memory with %s %s", g.Rows[0].Cell.Keys["tasks"], g.Load()),
			Caption: "Medians over processes, each of which ran one strategy, with 95 % intervals.",
		}, chart.Axis{Label: what, High: 1.05 * most, Write: round(claim.Bytes)}, dots)
	}
}

// workloadText is a cell's name in words that fit a title: without its measure,
// and without the strategy.
func workloadText(c *results.Cell) string {
	parts := strings.Split(c.Name, "/")[1:]
	parts = slices.DeleteFunc(parts, func(p string) bool { return strings.HasPrefix(p, "strategy=") })
	return strings.Join(parts, " ")
}
