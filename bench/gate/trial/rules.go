package trial

import (
	"errors"
	"fmt"
	"math"
)

// Rules are declared before anything is measured, and do not change after.
type Rules struct {
	// Alpha is the probability, at the most, of any false REGRESSED in the
	// whole trial, and separately of any false IMPROVED.
	Alpha float64 `json:"alpha"`

	// ScreenAlpha is the one-sided p-value up to which an arm is a suspect at
	// the end of its screen, ClearAlpha the one with which it need not wait
	// for that end.
	ScreenAlpha float64 `json:"screen-alpha"`
	ClearAlpha  float64 `json:"clear-alpha"`

	// SameAlpha is the probability, at the most, of a false SAME for one metric
	// of one arm, over all of its looks.
	SameAlpha float64 `json:"same-alpha"`

	// Power is the probability with which an effect is found that the trial
	// calls detectable.
	Power float64 `json:"power"`

	// ScreenLooks are the numbers of pairs after which an arm is looked at.
	ScreenLooks []int `json:"screen-looks"`

	// ConfirmLeast and ConfirmMost bound the pairs of a suspect, when time
	// does not bound them. It is looked at after half of them and after all.
	ConfirmLeast int `json:"confirm-least"`
	ConfirmMost  int `json:"confirm-most"`
}

// confirmLooks is how often the confirm stage looks, with Alpha split evenly.
const confirmLooks = 2

// Default are the rules of the gate: 1 % for a false red anywhere. What of it
// the allocations need is taken off by the caller.
var Default = Rules{
	Alpha:        0.01,
	ScreenAlpha:  0.10,
	ClearAlpha:   0.01,
	SameAlpha:    0.05,
	Power:        0.80,
	ScreenLooks:  []int{8, 16, 32, 64, 128, 256},
	ConfirmLeast: 30,
	ConfirmMost:  200,
}

// Validate says what of the rules has no meaning.
func (r Rules) Validate() error {
	for name, p := range map[string]float64{
		"alpha": r.Alpha, "screen alpha": r.ScreenAlpha, "clear alpha": r.ClearAlpha, "same alpha": r.SameAlpha, "power": r.Power,
	} {
		if !(p > 0 && p < 1) {
			return fmt.Errorf("rules of the trial: %s is %v, want a probability between 0 and 1", name, p)
		}
	}
	if len(r.ScreenLooks) == 0 || r.ConfirmLeast < 1 || r.ConfirmMost < r.ConfirmLeast {
		return errors.New("rules of the trial: want at least one look of the screen and one pair to confirm")
	}
	for i, n := range r.ScreenLooks {
		if n < 1 || i > 0 && n <= r.ScreenLooks[i-1] {
			return fmt.Errorf("rules of the trial: the looks of the screen %v do not ascend", r.ScreenLooks)
		}
	}
	return nil
}

// screenConfidence is that of the interval which shows SAME at one look of the
// screen.
func (r Rules) screenConfidence() float64 {
	return 1 - 2*r.SameAlpha/float64(len(r.ScreenLooks)+confirmLooks)
}

// confirmConfidence is the like for a look of the confirm stage.
func (r Rules) confirmConfidence() float64 { return r.screenConfidence() }

// confirmAlpha is what one look of the confirm stage may spend.
func (r Rules) confirmAlpha() float64 { return r.Alpha / confirmLooks }

// fewest returns the least number of pairs that can reach a p-value at all.
func fewest(alpha float64) int { return int(math.Ceil(-math.Log2(alpha))) }
