package report

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

// overload is what becomes of more requests than there are places for.
func overload(e *question.Evidence) (out []table) {
	answered := table{
		title: "Requests answered while they come, and the median response in ms, by the share of what the limit can do",
		note: "Each message waits in the handler and holds a place. After the response, where there are any: connections that wait for a place at the end, and by how many " +
			"kB the server's resident memory grows in a second, as the median slope between looks every 20 ms from the first tenth of a second on.",
		head: []string{"strategy", "a task is a"}, questions: []string{"overload"},
	}
	var groups []*question.Group
	for _, load := range []string{"50", "100", "150", "200"} {
		if g := e.Group("echooverload" + load); len(g.Rows) > 0 {
			groups = append(groups, g)
			answered.head = append(answered.head, load+" %")
		}
	}
	if len(groups) > 0 {
		keys := groups[0].Rows[0].Cell.Keys
		answered.title += fmt.Sprintf(": %s places, a handler of %s", keys["limit"], keys["handler"])
		out = append(out, beside(answered, groups, answer))
	}
	if g := e.Group("echostarving"); len(g.Rows) > 0 {
		keys := g.Rows[0].Cell.Keys
		starving := table{
			title: fmt.Sprintf("The same where a connection keeps its place, %s connections under a limit of %s, at half of what it can do", keys["connections"], keys["limit"]),
			note:  answered.note + " Event loops take every connection: what waits in the handler there holds up its loop, unless the server starts a goroutine for it.",
			head:  []string{"strategy", "a task is a", "50 %"}, questions: []string{"overload"},
		}
		out = append(out, beside(starving, []*question.Group{g}, answer))
	}
	return out
}

// answer writes what share is answered, how late, and what piles up.
func answer(r *question.Row) string {
	if valid, _ := r.Settled(); valid == 0 {
		return invalid
	}
	share := r.Typical(results.Answered).Estimate
	if math.IsNaN(share) {
		return "-"
	}
	text := fmt.Sprintf("%.0f %%", 100*share)
	if v := r.Typical(results.P50).Estimate; !math.IsNaN(v) {
		text += " " + question.Short(v/1e6)
	}
	if v := r.Typical(results.Starved).Estimate; v >= 1 && r.Strategy != bench.Reference { // which has no limit to wait behind
		text += fmt.Sprintf(", %.0f wait", v)
	}
	if v := r.Typical(results.RSSGrowth).Estimate; v >= 500 {
		text += fmt.Sprintf(", +%.0f kB", v/1e3)
	}
	if v := r.Typical(results.Rejected).Estimate; v >= 1 {
		text += fmt.Sprintf(", %.0f turned away", v)
	}
	return text
}
