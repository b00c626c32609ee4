package trial

import "time"

// A Unit is something that is measured and judged.
type Unit struct {
	Name string `json:"name"`

	// Theta is the least change that counts, 0.03 for 3 %.
	Theta float64 `json:"theta"`

	// HigherIsBetter says that less is worse.
	HigherIsBetter bool `json:"higher-is-better,omitempty"`
}

// An Arm is a cell under one scheduler.
type Arm struct {
	Units []Unit `json:"units"`
}

// An armState is an arm with what has been seen of it. Data are by unit: of
// each, one log-ratio a pair, signed so that more is worse.
type armState struct {
	Arm
	screen   [][]float64
	confirm  [][]float64
	pairs    int           // taken in the stage that is open
	cost     time.Duration // of the pairs so far, together
	measured int           // pairs that the cost stands for
	dropped  string        // why it is measured no more
	findings []Finding     // of the units, as of the last look
}

// pairCost is what a pair of the arm takes.
func (a *armState) pairCost() time.Duration {
	if a.measured == 0 {
		return nominalPair
	}
	return a.cost / time.Duration(a.measured)
}

// nominalPair is what a pair is taken to cost before one has been measured:
// twenty exchanges of a millisecond and a half, and two processes started.
const nominalPair = 130 * time.Millisecond
