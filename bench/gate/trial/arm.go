package trial

import (
	"slices"
	"time"
)

// A Metric is a unit of the benchmarks that is judged, such as ns/op.
type Metric struct {
	Name string `json:"name"`

	// Theta is the least change that counts, 0.03 for 3 %.
	Theta float64 `json:"theta"`

	// HigherIsBetter says that less is worse.
	HigherIsBetter bool `json:"higher-is-better,omitempty"`
}

// An Arm is a benchmark under one scheduler.
type Arm struct {
	Metrics []Metric `json:"units"`
}

// A Value is a log-ratio of one pair.
type Value struct {
	Layout int // that both sides had, by number
	Log    float64
}

// ByLayout returns one value for each layout, the median of its pairs: pairs that
// share a layout are not independent of one another, and so the layout is what
// the tests count.
func ByLayout(values []Value) []float64 {
	var order []int
	logs := make(map[int][]float64)
	for _, v := range values {
		if logs[v.Layout] == nil {
			order = append(order, v.Layout)
		}
		logs[v.Layout] = append(logs[v.Layout], v.Log)
	}
	var d []float64
	for _, layout := range order {
		l := logs[layout]
		slices.Sort(l)
		d = append(d, l[(len(l)-1)/2]/2+l[len(l)/2]/2)
	}
	return d
}

// An armState is an arm with what has been seen of it, by metric.
type armState struct {
	Arm
	screen   []sample
	confirm  []sample
	pairs    int           // taken in the stage that is open
	cost     time.Duration // of the pairs so far, together
	measured int           // pairs that the cost stands for
	dropped  string        // why it is measured no more
	findings []Finding     // of the metrics, as of the last look
}

// pairCost is what a pair of the arm takes, nothing before one has been measured.
func (a *armState) pairCost() time.Duration { return a.cost / time.Duration(max(1, a.measured)) }
