package trial

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// A Stage is a part of a trial.
type Stage string

const (
	Screen  Stage = "screen"
	Confirm Stage = "confirm"
	Done    Stage = "done"
)

// A Decision closes one look and opens the next. It is all that a trial does
// not find out from its pairs alone, because it depends on the time that was
// left; whoever records decisions and pairs in their order can replay a trial.
type Decision struct {
	Stage Stage `json:"stage"` // that it opens
	Look  int   `json:"look"`  // of the stage, from 1

	// Pairs says for each arm how many pairs of the stage it shall have at
	// that look; 0 for one that gets none any more.
	Pairs []int `json:"pairs,omitempty"`

	// Suspects and Most are declared when the confirm stage opens: what is
	// tested, and how many pairs each arm is to have at the last look, if there
	// is time for them.
	Suspects []Suspect `json:"suspects,omitempty"`
	Most     []int     `json:"most,omitempty"`
}

// A Suspect is a metric of an arm that looked slower (+1) or faster (-1).
type Suspect struct {
	Arm    int       `json:"arm"`
	Metric int       `json:"unit"`
	Way    direction `json:"way"`
}

// A Trial is one comparison of two builds. Its methods are not to be called
// concurrently.
type Trial struct {
	rules    Rules
	arms     []*armState
	open     Decision
	suspects []Suspect
	most     []int
}

// New returns a trial of which nothing is decided yet: Decide says what to
// open first.
func New(rules Rules, arms []Arm) (*Trial, error) {
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	t := &Trial{rules: rules}
	for i, a := range arms {
		if len(a.Metrics) == 0 {
			return nil, fmt.Errorf("arm %d of the trial has no metric", i)
		}
		for _, u := range a.Metrics {
			if !(u.Theta >= 0 && u.Theta < 10) {
				return nil, fmt.Errorf("theta of %s is %v, want a share such as 0.03", u.Name, u.Theta)
			}
		}
		t.arms = append(t.arms, &armState{
			Arm:      a,
			screen:   make([]sample, len(a.Metrics)),
			confirm:  make([]sample, len(a.Metrics)),
			findings: make([]Finding, len(a.Metrics)),
		})
	}
	return t, nil
}

// Stage returns the stage that is open, "" before the first decision.
func (t *Trial) Stage() Stage { return t.open.Stage }

// Look returns the look of the stage that is open.
func (t *Trial) Look() int { return t.open.Look }

// Suspects returns what the confirm stage tests.
func (t *Trial) Suspects() []Suspect { return t.suspects }

// Want returns how many pairs an arm still needs before the next decision.
func (t *Trial) Want(arm int) int {
	a := t.arms[arm]
	if a.dropped != "" || len(t.open.Pairs) == 0 {
		return 0
	}
	return max(0, t.open.Pairs[arm]-a.pairs)
}

// Add takes up a pair: the layout that it was of, for each metric of the arm the
// logarithm of head over base, as measured, NaN where there is none; and the time
// it took. No layout of the screen may come back in the confirm stage, or what
// made a suspect would be there again.
func (t *Trial) Add(arm, layout int, logs []float64, took time.Duration) error {
	a := t.arms[arm]
	if t.Want(arm) == 0 {
		return fmt.Errorf("arm %d wants no pair in the %s stage", arm, t.open.Stage)
	}
	if len(logs) != len(a.Metrics) {
		return fmt.Errorf("a pair of arm %d has %d values, want %d", arm, len(logs), len(a.Metrics))
	}
	data := a.screen
	if t.open.Stage == Confirm {
		data = a.confirm
	}
	for i, d := range logs {
		switch {
		case math.IsInf(d, 0):
			return fmt.Errorf("a pair of arm %d has the value %v of %s", arm, d, a.Metrics[i].Name)
		case math.IsNaN(d):
			continue
		case a.Metrics[i].HigherIsBetter:
			d = -d
		}
		data[i].values = append(data[i].values, Value{layout, d})
	}
	a.pairs++
	a.Spent(took)
	return nil
}

// Spent counts time that an arm cost.
func (a *armState) Spent(took time.Duration) {
	a.cost += took
	a.measured++
}

// Drop takes an arm out of the trial: it is unmeasurable, and why. What it was
// convicted of stands.
func (t *Trial) Drop(arm int, reason string) {
	t.end(arm, reason, convicted)
}

// Stop ends an arm for want of time. What its closed looks have shown stands; it
// is unmeasurable only if there is none.
func (t *Trial) Stop(arm int, reason string) {
	t.end(arm, reason, func(f Finding) bool { return f.Outcome != "" })
}

// end takes an arm out of the trial. Findings that do not stand are replaced.
func (t *Trial) end(arm int, reason string, stands func(Finding) bool) {
	a := t.arms[arm]
	a.dropped = reason
	for i, f := range a.findings {
		switch {
		case !stands(f):
			a.findings[i] = Finding{Outcome: Unmeasurable, Stage: t.open.Stage, Reason: reason}
		case f.Outcome == Inconclusive:
			a.findings[i].Reason = reason
		}
	}
}

// Decide closes the look whose pairs are all there and returns what to open
// next, given the time that is left. To confirm a suspect with the fewest pairs
// that can, time may be overrun by so much: what looks slower should not go free
// because its screen took long. Decide changes nothing: Open does.
func (t *Trial) Decide(left, overrun time.Duration) (Decision, error) {
	if err := t.complete(); err != nil {
		return Decision{}, err
	}
	switch t.open.Stage {
	case "":
		return t.firstLook(), nil
	case Screen:
		return t.afterScreen(left, overrun)
	case Confirm:
		return t.afterConfirm(left)
	}
	return Decision{}, errors.New("the trial is over")
}

// complete reports whether every arm has the pairs that were asked for.
func (t *Trial) complete() error {
	for i := range t.arms {
		if n := t.Want(i); n > 0 {
			return fmt.Errorf("arm %d lacks %d pairs of this look", i, n)
		}
	}
	return nil
}

// Open carries out a decision, one just made or one recorded. The outcomes of
// the look that it closes are final where a suspect is confirmed, and else stand
// until a later look.
func (t *Trial) Open(d Decision) error {
	if err := t.complete(); err != nil {
		return err
	}
	if err := t.admits(d); err != nil {
		return fmt.Errorf("decision to open look %d of the %s stage: %w", d.Look, d.Stage, err)
	}
	switch t.open.Stage {
	case Screen:
		if err := t.judgeScreen(); err != nil {
			return err
		}
		if d.Stage != Screen {
			if err := t.excuse(d.Suspects); err != nil {
				return err
			}
		}
	case Confirm:
		if err := t.judgeConfirm(); err != nil {
			return err
		}
	}
	if d.Stage == Confirm && t.open.Stage != Confirm {
		t.suspects, t.most = d.Suspects, d.Most
		for _, a := range t.arms {
			a.pairs = 0
		}
	}
	t.open = d
	return nil
}

// admits checks a recorded decision, which may come from anywhere.
func (t *Trial) admits(d Decision) error {
	follows := map[Stage][]Stage{
		"":      {Screen},
		Screen:  {Screen, Confirm, Done},
		Confirm: {Confirm, Done},
	}
	switch {
	case !slices.Contains(follows[t.open.Stage], d.Stage):
		return fmt.Errorf("it does not follow the %s stage", t.open.Stage)
	case d.Stage == t.open.Stage && d.Look != t.open.Look+1, d.Stage != t.open.Stage && d.Stage != Done && d.Look != 1:
		return fmt.Errorf("it does not follow look %d", t.open.Look)
	case d.Stage == Confirm && d.Look > t.rules.ConfirmLooks:
		return fmt.Errorf("only %d looks were declared", t.rules.ConfirmLooks)
	case d.Stage != Done && len(d.Pairs) != len(t.arms), d.Stage == Confirm && d.Look == 1 && len(d.Most) != len(t.arms):
		return fmt.Errorf("it is not about %d arms", len(t.arms))
	}
	for _, s := range d.Suspects {
		if s.Arm < 0 || s.Arm >= len(t.arms) || s.Metric < 0 || s.Metric >= len(t.arms[s.Arm].Metrics) || s.Way != slower && s.Way != faster {
			return fmt.Errorf("there is no suspect %+v", s)
		}
	}
	return nil
}

// Findings returns what is known of each metric of each arm, as of the last look
// that was closed.
func (t *Trial) Findings() [][]Finding {
	out := make([][]Finding, len(t.arms))
	for i, a := range t.arms {
		out[i] = slices.Clone(a.findings)
	}
	return out
}
