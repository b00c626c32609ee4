package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

// A plane is what was measured under several loads that differ in nothing but
// the rate.
type plane struct {
	title  string
	points map[string][]chart.Point
	order  []string
	rates  map[string]bool
}

// offered is how much of an offered load is answered where a handler waits, and
// so a limit can be too low.
func (d *drawing) offered() {
	planes := make(map[string]*plane)
	var names []string
	for _, g := range d.e.Groups() {
		for _, r := range g.Rows {
			keys := r.Cell.Keys
			if !r.IsStrategy() || r.Cell.Base != string(bench.Echo) || keys["handler"] == "" {
				continue
			}
			rate := claim.Median(r.Cell, results.OfferedRate).Estimate
			p, ok := point(rate, r.Cell, results.ReqRate)
			if !ok || !(rate > 0) {
				continue
			}
			title := fmt.Sprintf("Answered against offered load, where there are %s places and a connection keeps its own", keys["limit"])
			if r.Unit == workload.PerMessage {
				title = fmt.Sprintf("Answered against offered load, where there are %s places and a message takes one for %s", keys["limit"], keys["handler"])
			}
			if planes[title] == nil {
				planes[title] = &plane{title: title, points: make(map[string][]chart.Point), rates: make(map[string]bool)}
				names = append(names, title)
			}
			planes[title].add(r, keys["rate"], p)
		}
	}
	for i, name := range names {
		of := planes[name]
		if len(of.rates) < 2 {
			continue
		}
		d.curves(Picture{
			Slug: "offered" + strconv.Itoa(i), Title: of.title,
			Caption: "How many requests a second were answered, by how many came. A curve that goes on rising has not reached a limit, one that stays level answers as much as its limit allows, " +
				"and one that falls collapses under overload. Upright strokes are 95 % intervals.",
		}, chart.Axis{Label: "requests offered a second", High: of.most(func(p chart.Point) float64 { return p.X }), Write: thousands},
			chart.Axis{Label: "requests answered a second", High: of.most(func(p chart.Point) float64 { return p.Y }), Write: thousands}, of.order, of.points)
	}
}

// add notes a point of a row.
func (of *plane) add(r *question.Row, rate string, p chart.Point) {
	name := series(r)
	if of.points[name] == nil {
		of.order = append(of.order, name)
	}
	of.points[name] = append(of.points[name], p)
	of.rates[rate] = true
}

// most is where an axis from 0 ends.
func (of *plane) most(along func(chart.Point) float64) (end float64) {
	for _, points := range of.points {
		for _, p := range points {
			end = max(end, along(p))
		}
	}
	return 1.05 * end
}

// thousands writes a rate: "12,500".
func thousands(v float64) string {
	text := strconv.FormatFloat(v, 'f', 0, 64)
	var parts []string
	for len(text) > 3 {
		parts = append([]string{text[len(text)-3:]}, parts...)
		text = text[:len(text)-3]
	}
	return strings.Join(append([]string{text}, parts...), ",")
}
