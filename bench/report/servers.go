package report

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
)

const (
	serverNote = "Medians over processes. The CPU time, and its multiple of that of a goroutine per connection with half the width of its 95 %% interval, " +
		"are those of the server's processes alone. %s The load generator runs on the same CPUs."

	// invalid stands where all load was invalid.
	invalid = "invalid"
)

// server is the names of the columns that name a way to serve.
var server = []string{"strategy", "a task is a"}

// serverTables are what the ways to serve take at most and at rest, a table a
// group.
var serverTables = []struct {
	group   *bench.Group
	title   string // with a place for the number of connections, or none
	note    string
	columns []column
	ratio   int // the column of the CPU time as a multiple; 0: there is none
}{
	{bench.GroupEchoCapacity, "Servers under %s connections that each wait for their reply", "", closedLoop, 2},
	{bench.GroupEchoChurn, "The same with a new connection for each request", "", closedLoop, 2},
	{bench.GroupEchoIdle, "Idle connections", "How much more resident memory the server's processes have than before the connections were opened. The kernel's share is not in that, " +
		"nor are goroutines that start before the first connection.", []column{
		{"connections", results.OpenConns, claim.Whole}, {"kB each", results.BPerConn, kilobytes}, {"goroutines", results.Goroutines, claim.Whole},
	}, 0},
}

var closedLoop = []column{
	{"requests/s", results.ReqRate, claim.Whole}, {"CPU us a request", results.CPUNsPerReq, micros}, {"as a multiple", "", nil},
	{"MB at its peak", results.PeakRSS, megabytes}, {"goroutines", results.Goroutines, claim.Whole},
}

func (t *tables) servers() {
	for _, of := range serverTables {
		g := t.Group(of.group)
		title, note := of.title, of.note
		if strings.Contains(title, "%s") {
			title = fmt.Sprintf(title, g.Key("connections"))
		}
		if note == "" {
			note = fmt.Sprintf(serverNote, claim.MarksNote)
		}
		grid := table.NewGrid(title, note, server, titles(of.columns)...)
		var ratios *claim.Comparison
		if of.ratio > 0 {
			ratios = t.compare(g, cpuRatio)
		}
		for _, r := range g.Rows {
			if r.AllInvalid() {
				grid.Set(0, invalid, r.Strategy, string(r.Unit))
				continue
			}
			t.fill(grid, r, of.columns, r.Strategy, string(r.Unit))
			if of.ratio > 0 {
				grid.Set(of.ratio, ratios.Of(r.Cell).Short(), r.Strategy, string(r.Unit))
			}
		}
		t.add(grid.Table, "server")
	}
}

// besides makes a row of each way to serve, with a column for each of several
// groups.
func (t *tables) besides(title, note string, groups []*question.Group, head func(*question.Group) string, cell func(*question.Row) string, slug string) {
	heads := make([]string, len(groups))
	for i, g := range groups {
		heads[i] = head(g)
	}
	grid := table.NewGrid(title, note, server, heads...)
	for i, g := range groups {
		for _, r := range g.Rows {
			text := invalid
			if !r.AllInvalid() {
				text = cell(r)
			}
			grid.Set(i, text, r.Strategy, string(r.Unit))
		}
	}
	t.add(grid.Table, slug)
}

// rates is how long requests take that come at a fixed rate.
func (t *tables) rates() {
	t.besides("Response times in us at a rate that is the same for all: median, 99th percentile and, in runs that are long enough, 99.9th, from when a request was planned",
		"Medians over processes. The rates are shares of the one at which a goroutine per connection and the load generator, which runs on the same CPUs, would keep all of them busy, by the CPU time that requests take which come one by one. "+
			"A quantile is given only where a hundred requests lie beyond it. "+invalid+": no run was valid; the results file gives the reasons on lines that begin with INVALID.",
		t.Family(bench.FamilyEchoRate.Groups),
		func(g *question.Group) string {
			share := strings.Replace(g.Key("rate"), "pct", " %", 1)
			for _, r := range g.Rows {
				if rate := claim.Median(r.Cell, results.OfferedRate); claim.Known(rate) {
					return fmt.Sprintf("%s, %s thousand/s", share, claim.Ratio(rate.Estimate/1e3))
				}
			}
			return share
		},
		func(r *question.Row) string {
			var words []string
			for _, unit := range []string{results.P50, results.P99, results.P999} {
				if v := claim.Median(r.Cell, unit); claim.Known(v) {
					words = append(words, micros(v.Estimate))
				}
			}
			if len(words) == 0 {
				return "-"
			}
			return strings.Join(words, " / ")
		}, "server")
}

// overload is what becomes of more requests than the workers can handle.
func (t *tables) overload() {
	note := "Each message waits in the handler and keeps a worker. After the response, where there are any: connections that wait for a worker at the end, and by how many " +
		"kB the server's resident memory grows in a second, as the median slope between samples every 20 ms from the first tenth of a second on."
	share := func(g *question.Group) string { return strings.Replace(g.Key("rate"), "pct", " %", 1) }
	if groups := t.Family(bench.FamilyEchoOverload.Groups); len(groups) > 0 {
		t.besides(fmt.Sprintf("Requests answered while they come, and the median response in ms, by the share of what the limit can do: %s workers, a handler of %s", groups[0].Key("limit"), groups[0].Key("handler")),
			note, groups, share, answered, "overload")
	}
	if g := t.Group(bench.GroupEchoStarving); len(g.Rows) > 0 {
		t.besides(fmt.Sprintf("The same where a connection keeps its worker, %s connections under a limit of %s, at half of what it can do", g.Key("connections"), g.Key("limit")),
			note+" Event loops take every connection: a handler that waits holds up its loop there, unless the server starts a goroutine for it.",
			[]*question.Group{g}, share, answered, "overload")
	}
}

// answered writes what share is answered, how late, and what piles up.
func answered(r *question.Row) string {
	share := claim.Median(r.Cell, results.Answered)
	if !claim.Known(share) {
		return "-"
	}
	text := claim.Percent(share.Estimate)
	for _, more := range []struct {
		unit, words string
		least, per  float64
	}{
		{results.P50, " %s", 0, 1e6}, {results.Starved, ", %s wait", 1, 0}, {results.RSSGrowth, ", +%s kB", 500, 1e3}, {results.Rejected, ", %s rejected", 1, 0},
	} {
		v := claim.Median(r.Cell, more.unit)
		switch {
		case !claim.Known(v) || v.Estimate < more.least:
		case more.unit == results.Starved && r.Strategy == bench.Reference: // it has no limit to wait behind
		case more.unit == results.P50:
			text += fmt.Sprintf(more.words, claim.Ratio(v.Estimate/more.per))
		default:
			text += fmt.Sprintf(more.words, claim.Whole(v.Estimate/max(more.per, 1)))
		}
	}
	return text
}

// failures is what panics in a handler cost.
func (t *tables) failures() {
	for _, g := range t.Family(bench.FamilyEchoFailure.Groups) {
		columns := []column{
			{"the server", results.Crashed, func(v float64) string {
				if v > 0 {
					return "dies"
				}
				return "goes on"
			}},
			{"requests that failed", results.FailedReq, claim.Whole}, {"that never got a reply", results.UnansweredReq, claim.Whole},
		}
		grid := table.NewGrid(fmt.Sprintf("When a handler panics on one message in %s, each %s a task", g.Key("panics"), g.Rows[0].Unit),
			"Requests are counted over a turn of a tenth of a second. Each panic fails one.", server[:1], titles(columns)...)
		for _, r := range g.Rows {
			if r.IsStrategy() && len(r.Cell.Values(results.Crashed)) > 0 {
				t.fill(grid, r, columns, r.Strategy)
			}
		}
		t.add(grid.Table, "failure")
	}
}
