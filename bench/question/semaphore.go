package question

import (
	"fmt"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Semaphore asks whether a library beats the least that limits goroutines.
var Semaphore = &Question{
	Slug:   "semaphore",
	Ask:    "Does a library beat a five-line channel semaphore?",
	answer: answerSemaphore,
}

func answerSemaphore(e *Evidence) (out []string) {
	var judged []*rivals // from the finest tasks on
	for _, g := range e.fineToCoarse() {
		r := g.rivals()
		switch {
		case r == nil:
		case r.shortage != "":
			if len(judged) == 0 && len(out) == 0 {
				out = append(out, r.shortage)
			}
		default:
			judged = append(judged, r)
		}
	}
	if len(judged) > 0 {
		out = boundary(judged)
	}
	for _, slug := range []string{"submit2", "submit1024"} {
		if r := e.Group(slug).rivals(); r != nil && r.shortage == "" {
			out = append(out, r.underLimit()...)
		}
	}
	return out
}

// boundary says for which tasks a library beats the semaphore, from where on
// none does, and which are slower than it at the finest.
func boundary(judged []*rivals) (out []string) {
	last := -1
	for i, r := range judged {
		if len(r.faster) == 0 {
			continue
		}
		if last < 0 {
			out = append(out, fmt.Sprintf("Yes, for %s: %s.", load(r.group), takes(3, r.faster, "the time of the semaphore")))
		}
		last = i
	}
	beyond := judged[last+1:]
	groups := make([]*Group, len(beyond))
	for i, r := range beyond {
		groups[i] = r.group
	}
	switch {
	case last < 0:
		out = append(out, fmt.Sprintf("No: for %s none was found to beat the semaphore, with an uncertainty of %s.", throughout(groups), uncertainty(groups...)))
	case len(groups) > 0:
		out = append(out, fmt.Sprintf("From %s on none was found to beat the semaphore, with an uncertainty of %s.", load(groups[0]), uncertainty(groups...)))
	case last > 0:
		r := judged[last]
		out = append(out, fmt.Sprintf("That lasts up to the longest that were measured: for %s, %s.", load(r.group), takes(2, r.faster, "the time of the semaphore")))
	}
	if finest := judged[0]; len(finest.slower) > 0 {
		out = append(out, fmt.Sprintf("Slower than the semaphore for %s: %s.", load(finest.group), slowest(3, finest.slower)))
	}
	if finest := judged[0]; finest.unlimited != "" {
		out = append(out, fmt.Sprintf("For %s, go f(), which has no limit, takes %s the time of the semaphore.", load(finest.group), finest.unlimited))
	}
	return out
}

// rivals are the ways in one process that were held against the semaphore.
type rivals struct {
	group          *Group
	faster, slower []share
	unlimited      string // what go f() takes, where that differs
	shortage       string // why there is no verdict; "" if there is one
}

// rivals holds a group against the semaphore, nil where there is nothing to
// compare.
func (g *Group) rivals() *rivals {
	semaphore := g.Row("semaphore")
	if semaphore == nil {
		return nil
	}
	r, compared := g.against(semaphore)
	if compared == 0 {
		return nil
	}
	if n := len(semaphore.Cell.Samples); len(r.faster)+len(r.slower) == 0 && r.unlimited == "" && n < Enough(compared) {
		r.shortage = g.shortageOf(compared, n)
	}
	return r
}

// underLimit says how rivals do where the limit is another one.
func (r *rivals) underLimit() (out []string) {
	where := fmt.Sprintf("under a limit of %s, for %s", r.group.Row("semaphore").Cell.Keys["limit"], load(r.group))
	if len(r.faster) > 0 {
		out = append(out, fmt.Sprintf("%s, %s.", capital(where), takes(3, r.faster, "the time of the semaphore")))
	} else {
		out = append(out, fmt.Sprintf("%s, none was found to beat the semaphore, with an uncertainty of %s.", capital(where), uncertainty(r.group)))
	}
	if len(r.slower) > 0 {
		out = append(out, fmt.Sprintf("Slower than the semaphore %s: %s.", where, slowest(3, r.slower)))
	}
	return out
}

// against lists the ways in one process that are faster and slower than a row
// of their own group, each with its ratio to that row, and says how many could
// be compared with it.
func (g *Group) against(base *Row) (r *rivals, compared int) {
	r = &rivals{group: g}
	var rows []*Row
	var samples [][]float64
	for _, row := range byRatio(pooled(g.Rows)) {
		if sample := stats.Logs(Paired(row.Cell, base.Cell, results.XRef)); row.Real() && row != base && len(sample) > 0 {
			rows, samples = append(rows, row), append(samples, sample)
		}
	}
	for i, verdict := range judge(samples, g.Noise()) {
		words := share{rows[i].Label(), Times(RatioOf(exps(samples[i])))}
		switch {
		case verdict != Faster && verdict != Slower:
		case rows[i].Strategy == bench.Reference:
			r.unlimited = words.times
		case verdict == Faster:
			r.faster = append(r.faster, words)
		default:
			r.slower = append(r.slower, words)
		}
	}
	return r, len(rows)
}
