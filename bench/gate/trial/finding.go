package trial

import (
	"fmt"
	"math"

	"github.com/poolbench/poolbench/bench/stats"
)

// An Outcome is what a trial says of one thing.
type Outcome string

// The outcomes, from what asks for action to what asks for none.
const (
	Regressed    Outcome = "REGRESSED"    // worse, by theta or more
	Unmeasurable Outcome = "UNMEASURABLE" // nothing can be said, and why
	Improved     Outcome = "IMPROVED"     // better, by theta or more
	Inconclusive Outcome = "INCONCLUSIVE" // neither a change nor its absence is shown
	Same         Outcome = "SAME"         // the change is shown to be within theta
)

// Outcomes lists them in that order.
var Outcomes = []Outcome{Regressed, Unmeasurable, Improved, Inconclusive, Same}

// A Finding is what is known of one metric of one arm.
type Finding struct {
	Outcome Outcome
	Stage   Stage // whose pairs it rests on

	// Worse is the logarithm of how many times as bad head is: above zero is
	// worse, for higher-is-better units too. Its interval has the confidence
	// with which one look may show SAME.
	Worse stats.Interval

	P          float64 // one-sided, in the direction of the estimate; adjusted when it is of the confirm stage
	Pairs      int     // with a value
	Layouts    int     // that they are of
	Noise      float64 // standard deviation of a layout's value
	Detectable float64 // smallest slowdown found with probability Rules.Power; 0.03 for 3 %
	Reason     string  // of UNMEASURABLE, or what kept an INCONCLUSIVE from being decided
}

// A direction says what a suspect is suspected of.
type direction int

const (
	slower direction = +1
	faster direction = -1
)

// summary is what pairs show before anything is decided of them.
type summary struct {
	test     stats.Test
	interval stats.Interval
	sigma    float64
	n        int // layouts
	pairs    int
}

// A sample is what one stage saw of one metric.
type sample struct {
	values  []Value
	summary summary // of as many of them as it says
}

// summarise describes the sample. While no value is added, it is worked out once.
func (s *sample) summarise(confidence float64) (summary, error) {
	if s.summary.pairs > 0 && s.summary.pairs == len(s.values) {
		return s.summary, nil
	}
	found, err := summarise(s.values, confidence)
	if err == nil {
		s.summary = found
	}
	return found, err
}

// summarise describes one metric's values of one stage. Without values it is
// the summary of nothing, which suspects nobody and shows nothing.
func summarise(values []Value, confidence float64) (summary, error) {
	d := ByLayout(values)
	if len(d) == 0 {
		return summary{test: stats.Test{Greater: 1, Less: 1, TwoSided: 1}, interval: stats.Interval{
			Low: math.Inf(-1), High: math.Inf(1), Confidence: 1, Reason: "there is no pair",
		}}, nil
	}
	s := summary{n: len(d), pairs: len(values)}
	var err error
	if s.test, err = stats.SignedRank(d); err != nil {
		return s, fmt.Errorf("test %d pairs: %w", len(d), err)
	}
	if s.interval, err = stats.HodgesLehmann(d, confidence); err != nil {
		return s, fmt.Errorf("estimate from %d pairs: %w", len(d), err)
	}
	if len(d) > 1 {
		if s.sigma, err = stats.StandardDeviation(d); err != nil {
			return s, fmt.Errorf("noise of %d pairs: %w", len(d), err)
		}
	}
	return s, nil
}

// p is the one-sided p-value in a direction.
func (s summary) p(way direction) float64 {
	if way == slower {
		return s.test.Greater
	}
	return s.test.Less
}

// beyond reports whether the estimate reaches a share of theta in a direction.
func (s summary) beyond(way direction, theta float64) bool {
	return float64(way)*s.interval.Estimate >= math.Log1p(theta)
}

// same reports whether the interval lies within theta on either side.
func (s summary) same(theta float64) bool {
	return s.interval.Inside(-math.Log1p(theta), math.Log1p(theta))
}

// leaning is the direction of the estimate.
func (s summary) leaning() direction {
	if s.interval.Estimate < 0 {
		return faster
	}
	return slower
}
