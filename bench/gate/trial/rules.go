package trial

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/stats"
)

// Rules are all constants that decide what a gate says of two builds, and how
// long it takes to say it. They are declared before anything is measured and stand
// in the plan of the gate, so that its journal replays under the rules that it
// was measured with, whatever [Default] is by then.
//
// To change one, change it in [Default] or in a copy; a test in package gate says
// what the rules promise, and that halving or doubling any of them breaks one of
// the promises.
type Rules struct {
	// Alpha is the probability, at the most, of any false REGRESSED in the
	// whole gate, and separately of any false IMPROVED. AllocAlpha is the part
	// of it that the allocations take, where they are judged.
	Alpha      float64 `json:"alpha"`
	AllocAlpha float64 `json:"alloc-alpha"`

	// ScreenAlpha is the one-sided p-value up to which an arm is a suspect at
	// the end of its screen, ClearAlpha the one with which it need not wait
	// for that end.
	ScreenAlpha float64 `json:"screen-alpha"`
	ClearAlpha  float64 `json:"clear-alpha"`

	// SameAlpha is the probability, at the most, of a false SAME for one metric
	// of one arm, over all of its looks.
	SameAlpha float64 `json:"same-alpha"`

	// Power is the probability with which an effect is found that the gate
	// calls detectable.
	Power float64 `json:"power"`

	// The least changes that count, 0.02 for 2 %: of time and throughput, of a
	// median and of a 99th percentile, and of B/op. That a change is one is for
	// the test to say, which errs once in a hundred gates, whatever theta is;
	// theta keeps those out of the outcome that no one would act on. An estimate
	// lies below the truth half the time, so a change is only found reliably when
	// it is well above theta: at 2 % one of 3 % is found 4 times in 5 where pairs
	// are quiet, at 3 % it would be every other time.
	Theta      float64 `json:"theta"`
	ThetaP50   float64 `json:"theta-p50"`
	ThetaP99   float64 `json:"theta-p99"`
	LeastBytes float64 `json:"least-bytes"`

	// ScreenLooks are the numbers of pairs after which an arm is looked at.
	ScreenLooks []int `json:"screen-looks"`

	// SuspectShare is the share of theta that the estimate of a suspect reaches.
	SuspectShare float64 `json:"suspect-share"`

	// ScreenReserve is the time that must be left after another look of the
	// screen, as a multiple of what the look takes, in case it finds something to
	// confirm.
	ScreenReserve float64 `json:"screen-reserve"`

	// ConfirmLooks is how often the confirm stage looks at a suspect, once or
	// twice: after an equal part of its pairs each, with an equal part of Alpha.
	ConfirmLooks int `json:"confirm-looks"`

	// ConfirmSpare is how many pairs a look has at the least beyond those that
	// could convict if all of them pointed the same way.
	ConfirmSpare int `json:"confirm-spare"`

	// ConfirmLeast and ConfirmMost bound the pairs of a suspect, when time
	// does not bound them. Between the two, it gets as many as find a change of
	// ConfirmAim thetas with a probability of ConfirmPower, in the noise that the
	// screen saw.
	ConfirmLeast int     `json:"confirm-least"`
	ConfirmMost  int     `json:"confirm-most"`
	ConfirmAim   float64 `json:"confirm-aim"`
	ConfirmPower float64 `json:"confirm-power"`

	// ConfirmLater bounds the pairs of the second look, as a multiple of those of
	// the first: the less each arm asks for, the more get theirs of the time that
	// those leave who are decided at the first. Of 3, 4, 5 and no bound, 3 found
	// most in simulated gates of many slowdowns.
	ConfirmLater int `json:"confirm-later"`

	// TurnTime is how long a side runs alone, and MostExchanges how often the
	// sides of a pair exchange turns. PairTime is what a pair takes where
	// operations are long, and exchanges fewer.
	TurnTime      time.Duration `json:"turn-time"`
	PairTime      time.Duration `json:"pair-time"`
	MostExchanges int           `json:"most-exchanges"`

	// A pair is disturbed, and measured again, when more than MostLate of its
	// exchanges are void, or the host took more than MostSteal of its CPU time.
	// Half of the exchanges still have a median worth having, and with one CPU
	// many are void: the next repetition of a benchmark begins before its process
	// is stopped. An arm is given up when more than MostRedone of its pairs are
	// disturbed, LeastRedone of them at the least.
	MostLate    float64 `json:"most-late"`
	MostSteal   float64 `json:"most-steal"`
	MostRedone  float64 `json:"most-redone"`
	LeastRedone int     `json:"least-redone"`

	// Every binary is linked in as many layouts as LinkShare of the budget links,
	// but no fewer than LeastLayouts, which show a slowdown among many suspects,
	// and no more than MostLayouts, which is more than most suspects get pairs.
	// The screen uses one in ScreenOneIn of them, and the confirm stage the rest.
	LinkShare    float64 `json:"link-share"`
	LeastLayouts int     `json:"least-layouts"`
	MostLayouts  int     `json:"most-layouts"`
	ScreenOneIn  int     `json:"screen-one-in"`

	// ScreenShare is the share of the budget that the first look at every
	// benchmark may take.
	ScreenShare float64 `json:"screen-share"`

	// Grace is the share of the budget by which it may be overdrawn to finish a
	// look, and LeastGrace the least time: on a busy machine a short look would
	// otherwise say nothing at all. A suspect may be called up that overdraws it
	// by ConfirmGrace of that.
	Grace        float64       `json:"grace"`
	LeastGrace   time.Duration `json:"least-grace"`
	ConfirmGrace float64       `json:"confirm-grace"`
}

// Default are the rules of the gate.
var Default = Rules{
	Alpha:       0.01,
	AllocAlpha:  0.001,
	ScreenAlpha: 0.10,
	ClearAlpha:  0.01,
	SameAlpha:   0.05,
	Power:       0.80,

	Theta:      0.02,
	ThetaP50:   0.05,
	ThetaP99:   0.10,
	LeastBytes: 0.01,

	ScreenLooks:   []int{8, 16, 32, 64, 128, 256},
	SuspectShare:  0.5,
	ScreenReserve: 1,

	ConfirmLooks: 2,
	ConfirmSpare: 1,
	ConfirmLeast: 30,
	ConfirmMost:  200,
	ConfirmAim:   1.5,
	ConfirmPower: 0.90,
	ConfirmLater: 3,

	TurnTime:      1500 * time.Microsecond,
	PairTime:      130 * time.Millisecond,
	MostExchanges: 20,
	MostLate:      0.50,
	MostSteal:     0.10,
	MostRedone:    0.20,
	LeastRedone:   3,

	LinkShare:    0.25,
	LeastLayouts: 24,
	MostLayouts:  96,
	ScreenOneIn:  3,

	ScreenShare:  0.6,
	Grace:        0.25,
	LeastGrace:   30 * time.Second,
	ConfirmGrace: 0.5,
}

// unrecorded holds the rules that plans did not record at first, with the values
// that they had then. It stays as it is when Default changes.
var unrecorded = Rules{
	AllocAlpha:   0.001,
	Theta:        0.02,
	ThetaP50:     0.05,
	ThetaP99:     0.10,
	LeastBytes:   0.01,
	SuspectShare: 0.5, ScreenReserve: 1,
	ConfirmLooks: 2, ConfirmSpare: 1, ConfirmAim: 1.5, ConfirmPower: 0.90, ConfirmLater: 3,
	TurnTime: 1500 * time.Microsecond, PairTime: 130 * time.Millisecond, MostExchanges: 20,
	MostLate: 0.50, MostSteal: 0.10, MostRedone: 0.20, LeastRedone: 3,
	LinkShare: 0.25, LeastLayouts: 24, MostLayouts: 96, ScreenOneIn: 3,
	ScreenShare: 0.6, Grace: 0.25, LeastGrace: 30 * time.Second, ConfirmGrace: 0.5,
}

// UnmarshalJSON reads rules that a plan records. What it does not record is what
// it was then.
func (r *Rules) UnmarshalJSON(text []byte) error {
	type plain Rules // without this method
	p := plain(unrecorded)
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	*r = Rules(p)
	return nil
}

// Validate says what of the rules has no meaning.
func (r Rules) Validate() error {
	return errors.Join(
		between(0, 1, map[string]float64{
			"alpha": r.Alpha, "alloc alpha": r.AllocAlpha, "screen alpha": r.ScreenAlpha, "clear alpha": r.ClearAlpha, "same alpha": r.SameAlpha,
			"power": r.Power, "confirm power": r.ConfirmPower, "link share": r.LinkShare, "screen share": r.ScreenShare,
		}),
		between(0, 10, map[string]float64{
			"theta": r.Theta, "theta of p50": r.ThetaP50, "theta of p99": r.ThetaP99, "least bytes": r.LeastBytes,
			"suspect share": r.SuspectShare, "screen reserve": r.ScreenReserve, "most late": r.MostLate, "most steal": r.MostSteal,
			"most redone": r.MostRedone, "grace": r.Grace, "confirm grace": r.ConfirmGrace,
			"turn time": r.TurnTime.Seconds(), "pair time": r.PairTime.Seconds(),
		}),
		between(1, 10, map[string]float64{"confirm aim": r.ConfirmAim}),
		r.validCounts(),
	)
}

// between says which of the rules lie outside an open interval.
func between(low, high float64, rules map[string]float64) error {
	var errs []error
	for name, v := range rules {
		if !(v > low && v < high) {
			errs = append(errs, fmt.Errorf("rules of the gate: %s is %v, want a number between %v and %v", name, v, low, high))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func (r Rules) validCounts() error {
	switch {
	case len(r.ScreenLooks) == 0 || r.ConfirmLeast < 1 || r.ConfirmMost < r.ConfirmLeast:
		return errors.New("rules of the gate: want at least one look of the screen and one pair to confirm")
	case r.ConfirmLooks < 1 || r.ConfirmLooks > 2:
		return fmt.Errorf("rules of the gate: %d looks of the confirm stage, want 1 or 2", r.ConfirmLooks)
	case r.ConfirmSpare < 0 || r.ConfirmLater < 1 || r.LeastRedone < 1 || r.MostExchanges < 1 || r.LeastGrace < 0:
		return errors.New("rules of the gate: want no negative count, and at least one of exchanges, of later pairs and of disturbed ones")
	case r.ScreenOneIn < 2 || r.LeastLayouts < r.ScreenOneIn || r.MostLayouts < r.LeastLayouts:
		return errors.New("rules of the gate: want layouts for both stages, and at most as many as the most")
	}
	for i, n := range r.ScreenLooks {
		if n < 1 || i > 0 && n <= r.ScreenLooks[i-1] {
			return fmt.Errorf("rules of the gate: the looks of the screen %v do not ascend", r.ScreenLooks)
		}
	}
	return nil
}

// sameConfidence is that of the interval which shows SAME at one look.
func (r Rules) sameConfidence() float64 {
	return 1 - 2*r.SameAlpha/float64(len(r.ScreenLooks)+r.ConfirmLooks)
}

// confirmAlpha is what one look of the confirm stage may spend.
func (r Rules) confirmAlpha() float64 { return r.Alpha / float64(r.ConfirmLooks) }

// LeastToConfirm returns the number of pairs that can convict one of so many
// suspects at one look.
func (r Rules) LeastToConfirm(suspects int) int {
	return stats.FewestPairs(r.confirmAlpha()/float64(max(1, suspects))) + r.ConfirmSpare
}

// GivesUp reports whether an arm is given up, of whose pairs so many were
// disturbed.
func (r Rules) GivesUp(disturbed, pairs int) bool {
	return disturbed >= r.LeastRedone && float64(disturbed) > r.MostRedone*float64(pairs)
}
