package trial

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// firstLook opens the screen for every arm.
func (t *Trial) firstLook() Decision {
	d := Decision{Stage: Screen, Look: 1, Pairs: make([]int, len(t.arms))}
	for i, a := range t.arms {
		if a.dropped == "" {
			d.Pairs[i] = t.rules.ScreenLooks[0]
		}
	}
	return d
}

// afterScreen lets the arms that are not clear have more pairs, as far as time
// allows, or else calls up the suspects.
func (t *Trial) afterScreen(left, overrun time.Duration) (Decision, error) {
	var unclear []int
	reserved := time.Duration(0)
	for i, a := range t.arms {
		if a.dropped != "" {
			continue
		}
		suspects, clear, err := t.screened(i)
		if err != nil {
			return Decision{}, err
		}
		if len(suspects) > 0 {
			reserved += time.Duration(t.rules.ConfirmLeast) * a.pairCost()
		}
		if !clear && t.open.Pairs[i] > 0 && t.nextLook(a.pairs) > a.pairs {
			unclear = append(unclear, i)
		}
	}
	next := Decision{Stage: Screen, Look: t.open.Look + 1, Pairs: make([]int, len(t.arms))}
	if t.spread(next.Pairs, unclear, left-reserved) == 0 {
		return t.callSuspects(left, overrun)
	}
	return next, nil
}

// spread gives those arms that time is enough for their next look, and says to
// how many. Those that are cheapest to settle come first.
func (t *Trial) spread(pairs []int, unclear []int, left time.Duration) int {
	slices.SortStableFunc(unclear, func(i, j int) int {
		return cmp.Compare(t.settleCost(t.arms[i]), t.settleCost(t.arms[j]))
	})
	given := 0
	for _, i := range unclear {
		a := t.arms[i]
		more := t.nextLook(a.pairs) - a.pairs
		if cost := time.Duration(more) * a.pairCost(); float64(cost)*(1+t.rules.ScreenReserve) <= float64(left) {
			left -= cost
			pairs[i] = a.pairs + more
			given++
		}
	}
	return given
}

// settleCost is how much time an arm needs until its interval can be expected
// to lie within theta.
func (t *Trial) settleCost(a *armState) time.Duration {
	most := 0.0
	for i, u := range a.Metrics {
		s, err := a.screen[i].summarise(t.rules.sameConfidence())
		if err != nil || u.Theta == 0 {
			continue
		}
		most = max(most, (s.sigma/u.Theta)*(s.sigma/u.Theta))
	}
	return time.Duration(most * float64(a.pairCost()))
}

// nextLook is the number of pairs of the look after one at so many.
func (t *Trial) nextLook(pairs int) int {
	for _, n := range t.rules.ScreenLooks {
		if n > pairs {
			return n
		}
	}
	return pairs
}

// screened returns which metrics of an arm are suspects, and whether all of them
// are clear: shown to be the same, or so far off that more pairs of the screen
// would be wasted on them.
func (t *Trial) screened(arm int) (suspects []Suspect, clear bool, err error) {
	a := t.arms[arm]
	clear = true
	for i, u := range a.Metrics {
		s, err := a.screen[i].summarise(t.rules.sameConfidence())
		if err != nil {
			return nil, false, err
		}
		if s.same(u.Theta) {
			continue
		}
		way := s.leaning()
		if s.p(way) <= t.rules.ScreenAlpha && s.beyond(way, t.rules.SuspectShare*u.Theta) {
			suspects = append(suspects, Suspect{arm, i, way})
		}
		if !(s.p(way) <= t.rules.ClearAlpha && s.beyond(way, t.rules.SuspectShare*u.Theta)) {
			clear = false
		}
	}
	return suspects, clear, nil
}

// excuse says of what the screen suspects, and the confirm stage does not call
// up, why it stays undecided.
func (t *Trial) excuse(called []Suspect) error {
	for i, a := range t.arms {
		if a.dropped != "" {
			continue
		}
		suspects, _, err := t.screened(i)
		if err != nil {
			return err
		}
		for _, s := range suspects {
			if !slices.Contains(called, s) {
				f := &a.findings[s.Metric]
				f.Reason = "suspected by the screen, and no time was left to confirm it"
				f.Detectable = math.Inf(1) // whatever its size, without a confirmation
			}
		}
	}
	return nil
}

// judgeScreen writes down what the screen shows of every metric. It accuses
// nobody: what it suspects is INCONCLUSIVE until it is confirmed.
func (t *Trial) judgeScreen() error {
	for _, a := range t.arms {
		if a.dropped != "" {
			continue
		}
		for i, u := range a.Metrics {
			s, err := a.screen[i].summarise(t.rules.sameConfidence())
			if err != nil {
				return err
			}
			f := Finding{
				Outcome: Inconclusive, Stage: Screen, Worse: s.interval,
				P: s.p(s.leaning()), Pairs: s.pairs, Layouts: s.n, Noise: s.sigma,
				// What it would take to be found: as many pairs again.
				Detectable: t.rules.Detectable(s.sigma, u.Theta, s.n, max(s.n, t.rules.ConfirmLeast), 1),
			}
			switch {
			case s.n == 0:
				f.Outcome, f.Reason = Unmeasurable, "no pair has a ratio of "+u.Name+": it is 0 on one side, or missing"
			case s.same(u.Theta):
				f.Outcome = Same
			}
			a.findings[i] = f
		}
	}
	return nil
}
