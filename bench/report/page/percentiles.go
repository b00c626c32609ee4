package page

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench/claim"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/chart"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
)

// quantile is a unit that is a quantile of a time: done-p99-ns, p99.9-ns.
var quantile = regexp.MustCompile(`^(.*?)p(\d+(?:\.\d+)?)-ns$`)

// quantileKinds are the times of which there may be quantiles, by what stands
// before the quantile in the unit's name.
var quantileKinds = []struct{ prefix, title, caption, of string }{
	{"done-", "Time from submit to done", "How long single tasks took from their submit to their end, in a burst", "tasks"},
	{"", "Response time of the echo", "How long requests took from when they were due to their reply", "requests"},
}

// percentiles is how long single tasks and requests took.
func (d *drawing) percentiles() {
	for _, kind := range quantileKinds {
		groups := d.e.Groups()
		slices.SortStableFunc(groups, byRate)
		for _, g := range groups {
			var found points
			var ticks []float64
			for _, r := range g.Rows {
				if !r.IsStrategy() {
					continue
				}
				for _, unit := range quantilesOf(r.Cell, kind.prefix) {
					share, err := strconv.ParseFloat(quantile.FindStringSubmatch(unit)[2], 64)
					p, ok := point(share/100, r.Cell, unit)
					if err != nil || !ok || !(p.Y > 0) || share >= 100 {
						continue
					}
					found.add(series(r), p)
					if !slices.Contains(ticks, p.X) {
						ticks = append(ticks, p.X)
					}
				}
			}
			if len(ticks) == 1 {
				continue // a column of points on a line shows less than the table does
			}
			title := kind.title
			if g.Rows[0].Cell.Base == string(bench.Echo) {
				title += ": " + traffic(g.Rows[0].Cell)
			}
			caption := kind.caption + ", by quantile. Each step to the right adds a nine; only the quantiles that are marked were measured. Upright strokes are 95 % intervals."
			if silent := unshown(g); silent != "" {
				caption += " " + silent
			}
			d.curves(Chart{Slug: "percentiles-" + g.Slug, Title: title, Caption: caption},
				chart.Axis{Label: "share of " + kind.of + " that took no longer", Scale: chart.Nines, Write: percent, Ticks: ticks},
				chart.Axis{Label: "time", Scale: chart.Log, Write: round(claim.Nanoseconds)}, found)
		}
	}
}

// byRate orders groups with a rate: first those whose handler does not wait, each
// from the lowest rate on. Others stay where they are.
func byRate(a, b *question.Group) int {
	x, y := a.Rows[0].Cell.Keys, b.Rows[0].Cell.Keys
	number := func(rate string) float64 {
		v, err := strconv.ParseFloat(strings.TrimSuffix(rate, "pct"), 64)
		if err != nil {
			return 0
		}
		return v
	}
	return cmp.Or(cmp.Compare(x["handler"], y["handler"]), cmp.Compare(x["limit"], y["limit"]), cmp.Compare(number(x["rate"]), number(y["rate"])))
}

// quantilesOf lists the quantiles that a cell has of one kind of time, in any of
// its processes: of one whose load was no good there are none.
func quantilesOf(c *results.Cell, prefix string) (units []string) {
	for i := range c.Samples {
		for _, unit := range c.Samples[i].Units() {
			if m := quantile.FindStringSubmatch(unit); m != nil && m[1] == prefix && !slices.Contains(units, unit) {
				units = append(units, unit)
			}
		}
	}
	slices.Sort(units)
	return units
}

// unshown says which strategies a chart leaves out, because no load on them was
// valid; "" where it shows all.
func unshown(g *question.Group) string {
	var names []string
	for _, r := range g.Rows {
		if r.IsStrategy() && r.AllInvalid() {
			names = append(names, series(r))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Not shown, because no run against them is valid: " + strings.Join(names, ", ") + "."
}

// traffic says in words what is asked of a server.
func traffic(c *results.Cell) string {
	keys := c.Keys
	text := keys["load"] + " loop"
	if rate, ok := strings.CutSuffix(keys["rate"], "pct"); ok {
		text = "requests at " + rate + " % of the capacity"
	}
	if n := keys["connections"]; n != "" {
		text += " on " + n + " connections"
	}
	switch {
	case keys["handler"] == "":
	case keys["unit"] == string(workload.PerMessage):
		text += fmt.Sprintf(", %s workers, of which a message keeps one for %s", keys["limit"], keys["handler"])
	default:
		text += fmt.Sprintf(", %s workers, of which a connection keeps one", keys["limit"])
	}
	for _, more := range []struct{ key, words string }{
		{"churn", ", a new connection after each %s"}, {"idle", ", %s idle ones beside"}, {"panics", ", a panic in %s messages"},
	} {
		if v := keys[more.key]; v != "" {
			text += fmt.Sprintf(more.words, v)
		}
	}
	return text
}
