package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

// A plane is what was measured under several loads that differ in nothing but
// the rate.
type plane struct {
	title  string
	points points
	rates  map[string]bool
}

// offered is how much of an offered load is answered where a handler waits, and
// so a limit can be too low.
func (d *drawing) offered() {
	var planes []*plane
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
			title := fmt.Sprintf("Answered against offered load, with %s workers, of which a connection keeps one", keys["limit"])
			if r.Unit == workload.PerMessage {
				title = fmt.Sprintf("Answered against offered load, with %s workers, of which a message keeps one for %s", keys["limit"], keys["handler"])
			}
			at := slices.IndexFunc(planes, func(of *plane) bool { return of.title == title })
			if at < 0 {
				at, planes = len(planes), append(planes, &plane{title: title, rates: make(map[string]bool)})
			}
			planes[at].points.add(series(r), p)
			planes[at].rates[keys["rate"]] = true
		}
	}
	for i, of := range planes {
		if len(of.rates) < 2 {
			continue
		}
		d.curves(Chart{
			Slug: "offered" + strconv.Itoa(i), Title: of.title,
			Caption: "How many requests a second were answered, by how many came. A curve that goes on rising has not reached a limit, one that stays level answers as much as its limit allows, " +
				"and one that falls collapses under overload. Upright strokes are 95 % intervals.",
		}, chart.Axis{Label: "requests offered a second", High: 1.05 * of.points.most(0, alongX), Write: thousands},
			chart.Axis{Label: "requests answered a second", High: 1.05 * of.points.most(0, alongY), Write: thousands}, of.points)
	}
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
