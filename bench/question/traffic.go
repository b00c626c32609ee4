package question

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/bench/workload"
)

// Settled tells how much of a row's processes the load generator vouches for:
// the number of processes with figures, and of those without.
func (r *Row) Settled() (valid, invalid int) {
	for _, share := range r.Cell.Values(results.Invalid) {
		if share < 0.5 {
			valid++
		} else {
			invalid++
		}
	}
	return valid, invalid
}

// Typical is the median of a unit over a row's processes, with its interval;
// its estimate is not a number where there are none, or none that can be.
func (r *Row) Typical(unit string) stats.Interval {
	i := typical(r.Cell, unit)
	if !(i.Estimate >= 0 && i.Estimate <= largest) || !unbounded(i) && (i.Low < 0 || i.High > largest) {
		i.Estimate = math.NaN()
	}
	return i
}

// A Share is a row's use of something, as a multiple of the reference's.
type Share struct {
	Row     *Row
	Ratio   stats.Interval
	Verdict Verdict
}

// Shares holds the rows of a group against the reference by a unit of ratios,
// the least first. The control, which is not among them, says how much may be
// chance.
func (g *Group) Shares(unit string) []Share {
	noise := 0.0
	if control := g.Row(bench.Control); control != nil {
		ratio := RatioOf(control.Cell.Values(unit))
		noise = max(math.Abs(math.Log(ratio.Low)), math.Abs(math.Log(ratio.High)))
	}
	var shares []Share
	var samples [][]float64
	for _, r := range g.Rows {
		if sample := stats.Logs(r.Cell.Values(unit)); g.tests(r) && len(sample) > 0 {
			shares = append(shares, Share{Row: r, Ratio: RatioOf(exps(sample))})
			samples = append(samples, sample)
		}
	}
	for i, verdict := range judge(samples, noise) {
		shares[i].Verdict = verdict
	}
	slices.SortStableFunc(shares, func(a, b Share) int { return cmp.Compare(a.Ratio.Estimate, b.Ratio.Estimate) })
	return shares
}

// largest is more than anybody has measured of anything.
const largest = 1e15

// amounts returns what the real rows of a group have of a unit, the least
// first.
func (g *Group) amounts(unit string) []cost {
	var out []cost
	for _, r := range g.Rows {
		if value := r.Typical(unit); r.Real() && value.Estimate >= 0 {
			out = append(out, cost{r, value})
		}
	}
	slices.SortStableFunc(out, func(a, b cost) int { return cmp.Compare(a.value.Estimate, b.value.Estimate) })
	return out
}

// between says from what to what amounts reach, and leaves the reference to the
// sentence before it; "" where there is no other.
func between(all []cost, write func(float64) string) string {
	others := slices.DeleteFunc(slices.Clone(all), func(c cost) bool {
		return c.row.Strategy == bench.Reference && c.row.Unit != workload.PerMessage
	})
	switch n := len(others); n {
	case 0:
		return ""
	case 1:
		return span(others[0].value, write) + " with " + others[0].row.Label()
	default:
		least, most := others[0], others[n-1]
		return fmt.Sprintf("from %s with %s to %s with %s", span(least.value, write), least.row.Label(), span(most.value, write), most.row.Label())
	}
}

// labels names rows.
func labels(rows []*Row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Label()
	}
	return out
}

// hertz writes how many requests there are in a second, with its interval:
// "103 thousand [101 thousand, 104 thousand] requests a second".
func hertz(i stats.Interval) string {
	return span(i, func(v float64) string {
		number, scale := rate(1e9 / v)
		return number + scale
	}) + " requests a second"
}

// shareOf writes a share with its interval.
func shareOf(i stats.Interval) string { return span(i, percent) }

// setRate reads a setting such as "6200 req/s", not a number where there is
// none.
func (e *Evidence) setRate(key string) float64 {
	number, _, _ := strings.Cut(e.Setting(key), " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// unvouched says of which rows of a group the load generator has no figures to
// show, "" where there is none.
func unvouched(g *Group, where string) string {
	var rows []*Row
	for _, r := range g.Rows {
		if valid, invalid := r.Settled(); r.Real() && valid == 0 && invalid > 0 {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return ""
	}
	return fmt.Sprintf("%s the load generator does not vouch for any run against %s, and so there is no figure; the reasons stand in the results.",
		where, first(4, labels(rows)))
}

// absent says who takes no part where a handler does something of its own, ""
// where the results do not say.
func (e *Evidence) absent(does string) string {
	var who []string
	for _, p := range bench.ParsePromises(e.Setting(bench.TraitElsewhere)) {
		who = append(who, p.Who...)
	}
	if len(who) == 0 {
		return ""
	}
	return fmt.Sprintf("Not measured: %s, which answer in processes of their own. The handler that %s is a func of the server's process, and cannot be sent there.", list(who), does)
}

// promised says what is declared in one respect, "" where the results do not
// say. Proved by the conformance kit, not measured.
func (e *Evidence) promised(key string) string {
	var parts []string
	for _, p := range bench.ParsePromises(e.Setting(key)) {
		parts = append(parts, fmt.Sprintf("%s: %s", p.Value, list(p.Who)))
	}
	return strings.Join(parts, "; ")
}
