package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

var serverNote = "Medians over processes; the CPU time, and its multiple of that of a goroutine per connection with half the width of its 95 % interval, " +
	"are those of the server's processes alone. " + marksNote + " " +
	"The load generator runs on the same CPUs."

// invalid stands where the load generator vouches for no run.
const invalid = "invalid"

// servers is what the ways to serve take, at most, at a rate, and at rest.
func servers(e *question.Evidence) []table {
	out := []table{
		closedLoop(e.Group("echocapacity"), "Servers under %s connections that each wait for their reply"),
		closedLoop(e.Group("echochurn"), "The same with a new connection for each request"),
	}
	return append(out, atRates(e), atRest(e.Group("echoidle")))
}

// closedLoop is throughput and cost.
func closedLoop(g *question.Group, title string) table {
	t := table{
		note: serverNote, questions: []string{"server"},
		head: []string{"strategy", "a task is a", "requests/s", "CPU us a request", "as a multiple", "MB at its peak", "goroutines"},
	}
	if len(g.Rows) == 0 {
		return t
	}
	t.title = title
	if strings.Contains(title, "%s") {
		t.title = fmt.Sprintf(title, g.Rows[0].Cell.Keys["connections"])
	}
	ratios := make(map[*question.Row]question.Share)
	for _, s := range g.Shares(results.CPUXRef) {
		ratios[s.Row] = s
	}
	for _, r := range g.Rows {
		row := []string{r.Strategy, string(r.Unit)}
		if valid, _ := r.Settled(); valid == 0 {
			row = append(row, invalid, "-", "-", "-", "-")
		} else {
			row = append(row, perSecond(r, results.ReqRate), micros(r, results.CPUNsPerReq), multiple(r, ratios),
				megabytes(r.Typical(results.PeakRSS)), whole(r.Typical(results.Goroutines)))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// multiple writes a row's CPU time as a multiple of the reference's.
func multiple(r *question.Row, ratios map[*question.Row]question.Share) string {
	s, judged := ratios[r]
	if !judged {
		s.Ratio = question.RatioOf(r.Cell.Values(results.CPUXRef))
	}
	switch {
	case math.IsNaN(s.Ratio.Estimate):
		return "-"
	case math.IsInf(s.Ratio.High, 1):
		return question.Short(s.Ratio.Estimate) + " ?"
	case s.Ratio.Low == 1 && s.Ratio.High == 1:
		return "1" // the reference itself
	}
	mark := ""
	if judged {
		mark = marks[s.Verdict]
	}
	return fmt.Sprintf("%s +-%s%s", question.Short(s.Ratio.Estimate), halfWidth(s.Ratio.Low, s.Ratio.High), mark)
}

// atRates is how long requests take that come at a fixed rate.
func atRates(e *question.Evidence) table {
	t := table{
		title: "Response times in us at a rate that is the same for all: median, 99th percentile and, in runs that are long enough, 99.9th, from when a request was planned",
		note: "Medians over processes. The rates are shares of the one at which a goroutine per connection and the load generator, which runs on the same CPUs, would keep all of them busy, by the CPU time that requests take which come one by one. " +
			"A quantile stands only where a hundred requests lie beyond it. " + invalid + ": the load generator does not vouch for any run, " +
			"for reasons that stand in the results on lines that begin with INVALID.",
		head: []string{"strategy", "a task is a"}, questions: []string{"server"},
	}
	var groups []*question.Group
	for _, slug := range []string{"echorate30", "echorate60", "echorate80"} {
		if g := e.Group(slug); len(g.Rows) > 0 {
			groups = append(groups, g)
			t.head = append(t.head, rateOf(g))
		}
	}
	return beside(t, groups, func(r *question.Row) string {
		return quantiles(r, results.P50, results.P99, results.P999)
	})
}

// rateOf says at what rate a group's requests came, as a share and, where a
// process told, in requests.
func rateOf(g *question.Group) string {
	share := strings.Replace(g.Rows[0].Cell.Keys["rate"], "pct", " %", 1)
	for _, r := range g.Rows {
		if rate := question.Middle(r.Cell.Values(results.OfferedRate)); !math.IsNaN(rate) {
			return fmt.Sprintf("%s, %s thousand/s", share, question.Short(rate/1e3))
		}
	}
	return share
}

// beside makes a row of each strategy and unit, with a column for each group.
func beside(t table, groups []*question.Group, cell func(*question.Row) string) table {
	type part struct{ strategy, unit string }
	rows := make(map[part][]string)
	var order []part
	for i, g := range groups {
		for _, r := range g.Rows {
			p := part{r.Strategy, string(r.Unit)}
			if rows[p] == nil {
				order = append(order, p)
				rows[p] = []string{p.strategy, p.unit}
				for range groups {
					rows[p] = append(rows[p], "-")
				}
			}
			rows[p][2+i] = cell(r)
		}
	}
	for _, p := range order {
		t.rows = append(t.rows, rows[p])
	}
	return t
}

// quantiles writes several of a row, or that there are none to be shown.
func quantiles(r *question.Row, units ...string) string {
	if valid, _ := r.Settled(); valid == 0 {
		return invalid
	}
	var words []string
	for _, unit := range units {
		if v := r.Typical(unit).Estimate; !math.IsNaN(v) {
			words = append(words, question.Short(v/1e3))
		}
	}
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, " / ")
}

// atRest is what idle connections hold.
func atRest(g *question.Group) table {
	t := table{
		title: "Idle connections", questions: []string{"server"},
		note: "How much more resident memory the server's processes have than before they were opened; what the kernel keeps for a connection is not in that, " +
			"nor are goroutines that stand for their place before anybody comes.",
		head: []string{"strategy", "a task is a", "connections", "kB each", "goroutines"},
	}
	for _, r := range g.Rows {
		row := []string{r.Strategy, string(r.Unit)}
		if valid, _ := r.Settled(); valid == 0 {
			row = append(row, invalid, "-", "-")
		} else {
			row = append(row, whole(r.Typical(results.OpenConns)), kilobytes(r), whole(r.Typical(results.Goroutines)))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func kilobytes(r *question.Row) string {
	v := r.Typical(results.BPerConn).Estimate
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.2f", v/1e3)
}

// perSecond writes a rate.
func perSecond(r *question.Row, unit string) string {
	v := r.Typical(unit).Estimate
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.0f", v)
}

// micros writes a time; unknown is what nobody can see from outside.
func micros(r *question.Row, unit string) string {
	v := r.Typical(unit).Estimate
	if math.IsNaN(v) {
		return "unknown"
	}
	return question.Short(v / 1e3)
}
