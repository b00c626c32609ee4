package trial

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/stats"
)

// callSuspects opens the confirm stage for what the screen suspects, with as
// many pairs as each needs, as far as time allows. When it does not reach for
// all, the likeliest come first.
func (t *Trial) callSuspects(left, overrun time.Duration) (Decision, error) {
	type called struct {
		suspect Suspect
		p       float64
	}
	var all []called
	for i, a := range t.arms {
		if a.dropped != "" {
			continue
		}
		suspects, _, err := t.screened(i)
		if err != nil {
			return Decision{}, err
		}
		for _, s := range suspects {
			seen, err := a.screen[s.Metric].summarise(t.rules.sameConfidence())
			if err != nil {
				return Decision{}, err
			}
			all = append(all, called{s, seen.p(s.Way)})
		}
	}
	slices.SortStableFunc(all, func(x, y called) int { return cmp.Compare(x.p, y.p) })

	need := make([]int, len(t.arms)) // pairs at the last look, if time allows
	least := t.rules.LeastToConfirm(len(all))
	cost := time.Duration(0)
	var suspects []Suspect
	for _, c := range all {
		a := t.arms[c.suspect.Arm]
		if need[c.suspect.Arm] == 0 {
			if floor := time.Duration(least) * a.pairCost(); cost+floor <= left+overrun {
				cost += floor
			} else {
				continue // no time is left for it
			}
		}
		need[c.suspect.Arm] = max(need[c.suspect.Arm], least, t.needs(c.suspect, len(all)))
		suspects = append(suspects, c.suspect)
	}
	if len(suspects) == 0 {
		return Decision{Stage: Done, Look: 1}, nil
	}
	first := make([]int, len(need))
	for i, n := range t.affordable(need, left) {
		if need[i] > 0 {
			looks := t.rules.ConfirmLooks
			first[i] = max(least, (n+looks-1)/looks)
			need[i] = min(need[i], t.rules.ConfirmLater*first[i])
		}
	}
	return Decision{Stage: Confirm, Look: 1, Pairs: first, Suspects: suspects, Most: need}, nil
}

// needs is the number of pairs that find what is aimed at, in the noise that the
// screen saw.
func (t *Trial) needs(s Suspect, suspects int) int {
	a := t.arms[s.Arm]
	theta := a.Metrics[s.Metric].Theta
	var logs []float64
	for _, v := range a.screen[s.Metric].values {
		logs = append(logs, v.Log)
	}
	sigma, err := stats.StandardDeviation(logs)
	if err != nil || theta == 0 {
		return t.rules.ConfirmLeast
	}
	alpha := t.rules.confirmAlpha() / float64(suspects)
	effect := math.Log1p(t.rules.ConfirmAim * theta)
	significant := (stats.NormalTailQuantile(alpha) + stats.NormalTailQuantile(1-t.rules.ConfirmPower)) * sigma / effect
	beyond := stats.NormalTailQuantile(1-t.rules.ConfirmPower) * sigma / (effect - math.Log1p(theta))
	n := math.Ceil(math.Pi / 3 * max(significant*significant, beyond*beyond))
	return int(min(max(n, float64(t.rules.ConfirmLeast)), float64(t.rules.ConfirmMost)))
}

// affordable returns numbers of pairs that fit the time: those wanted, all
// reduced by the same factor.
func (t *Trial) affordable(wanted []int, left time.Duration) []int {
	total := time.Duration(0)
	for i, n := range wanted {
		total += time.Duration(n) * t.arms[i].pairCost()
	}
	factor := 1.0
	if total > left && total > 0 {
		factor = max(0, float64(left)) / float64(total)
	}
	given := make([]int, len(wanted))
	for i, n := range wanted {
		given[i] = int(float64(n) * factor)
	}
	return given
}

// afterConfirm lets suspects that are not decided have the rest of the pairs that
// were declared for them, or ends the trial. Where time does not reach for all,
// those with the fewest pairs come first, so that many get theirs.
//
// An arm gets all of what was declared or nothing. How many pairs the second look
// has must not depend on what any pair showed, or its p-value would not be what
// it says: arms may be alike in more than their layouts.
func (t *Trial) afterConfirm(left time.Duration) (Decision, error) {
	done := Decision{Stage: Done, Look: 1}
	if t.open.Look >= t.rules.ConfirmLooks {
		return done, nil
	}
	findings, err := t.confirmed()
	if err != nil {
		return done, err
	}
	var open []int // arms
	for i, s := range t.suspects {
		a := t.arms[s.Arm]
		if findings[i].Outcome == Inconclusive && a.dropped == "" && a.pairs < t.most[s.Arm] && !slices.Contains(open, s.Arm) {
			open = append(open, s.Arm)
		}
	}
	slices.SortStableFunc(open, func(x, y int) int { return cmp.Compare(t.most[x], t.most[y]) })
	next := Decision{Stage: Confirm, Look: t.open.Look + 1, Pairs: make([]int, len(t.arms))}
	going := false
	for _, i := range open {
		a := t.arms[i]
		if cost := time.Duration(t.most[i]-a.pairs) * a.pairCost(); cost <= left {
			left -= cost
			next.Pairs[i] = t.most[i]
			going = true
		}
	}
	if !going {
		return done, nil
	}
	return next, nil
}

// confirmed returns what the confirm stage shows of each suspect at the look
// that is open. Whoever is convicted already stays so.
//
// To let the convicted out of the count keeps the error rate: as long as nobody
// innocent is convicted, at least all the innocent are in it, so that each look
// convicts one of them with a probability of its share of Alpha at the most
// (Maurer, Bretz, Multiple testing in group sequential trials using graphical
// approaches, Statistics in Biopharmaceutical Research 5, 2013).
func (t *Trial) confirmed() ([]Finding, error) {
	findings := make([]Finding, len(t.suspects))
	summaries := make([]summary, len(t.suspects))
	p := map[direction][]float64{slower: ones(len(t.suspects)), faster: ones(len(t.suspects))}
	for i, s := range t.suspects {
		a := t.arms[s.Arm]
		findings[i] = a.findings[s.Metric]
		if !t.examined(s) {
			continue
		}
		seen, err := a.confirm[s.Metric].summarise(t.rules.sameConfidence())
		if err != nil {
			return nil, err
		}
		summaries[i] = seen
		p[s.Way][i] = seen.p(s.Way)
	}
	for _, way := range []direction{slower, faster} {
		// Holm's steps go on where the look before stopped: who is convicted is
		// out of the count.
		adjusted, err := holmAmong(p[way], func(i int) bool {
			s := t.suspects[i]
			return s.Way == way && !convicted(t.arms[s.Arm].findings[s.Metric])
		})
		if err != nil {
			return nil, err
		}
		for i, s := range t.suspects {
			if s.Way == way && t.examined(s) {
				findings[i] = t.confirm(s, summaries[i], adjusted[i])
			}
		}
	}
	return findings, nil
}

// examined reports whether a suspect has new pairs at the open look.
func (t *Trial) examined(s Suspect) bool {
	a := t.arms[s.Arm]
	return a.dropped == "" && t.open.Pairs[s.Arm] > 0 && !convicted(a.findings[s.Metric])
}

func convicted(f Finding) bool { return f.Outcome == Regressed || f.Outcome == Improved }

// confirm is the finding on one suspect.
func (t *Trial) confirm(s Suspect, seen summary, p float64) Finding {
	u := t.arms[s.Arm].Metrics[s.Metric]
	f := Finding{
		Outcome: Inconclusive, Stage: Confirm, Worse: seen.interval, P: p, Pairs: seen.pairs, Layouts: seen.n, Noise: seen.sigma,
		Detectable: t.rules.Detectable(seen.sigma, u.Theta, len(ByLayout(t.arms[s.Arm].screen[s.Metric].values)), seen.n, len(t.suspects)),
		Reason:     t.doubt(p, seen, s.Way),
	}
	switch {
	case p <= t.rules.confirmAlpha() && seen.beyond(s.Way, u.Theta):
		f.Outcome, f.Reason = Regressed, ""
		if s.Way == faster {
			f.Outcome = Improved
		}
	case seen.same(u.Theta):
		f.Outcome, f.Reason = Same, ""
	}
	return f
}

// doubt says what keeps a suspect from being convicted.
func (t *Trial) doubt(p float64, seen summary, way direction) string {
	switch {
	case p <= t.rules.confirmAlpha():
		return "it did change, by less than theta as far as can be told"
	case seen.leaning() != way:
		return "suspected by the screen, and fresh pairs show nothing of it"
	}
	return "suspected by the screen, and fresh pairs leave it open: more of them, by a larger budget, could decide"
}

// holmAmong adjusts those p-values that belong; the others stay 1.
func holmAmong(p []float64, belongs func(int) bool) ([]float64, error) {
	var places []int
	var values []float64
	for i, v := range p {
		if belongs(i) {
			places, values = append(places, i), append(values, v)
		}
	}
	adjusted, err := stats.Holm(values)
	if err != nil {
		return nil, err
	}
	out := ones(len(p))
	for k, i := range places {
		out[i] = adjusted[k]
	}
	return out, nil
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// judgeConfirm writes down what the open look of the confirm stage shows.
func (t *Trial) judgeConfirm() error {
	findings, err := t.confirmed()
	if err != nil {
		return err
	}
	for i, s := range t.suspects {
		if a := t.arms[s.Arm]; a.dropped == "" {
			a.findings[s.Metric] = findings[i]
		}
	}
	return nil
}
