package trial

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"
)

var dealt atomic.Int64

// fresh is a layout that no pair has had.
func fresh() int { return int(dealt.Add(1)) }

// A model is a benchmark whose truth is known.
type model struct {
	effect float64 // log-ratio of head over base
	sigma  float64
	heavy  bool // with tails of Student's t with 3 degrees of freedom
}

func (m model) pair(rng *rand.Rand) float64 {
	noise := rng.NormFloat64()
	if m.heavy {
		chi := 0.0
		for range 3 {
			z := rng.NormFloat64()
			chi += z * z
		}
		noise /= math.Sqrt(chi / 3)
	}
	return m.effect + m.sigma*noise
}

// simulate runs one whole trial of models, in which a pair takes so long.
func simulate(t *testing.T, rng *rand.Rand, rules Rules, theta float64, models []model, budget, pair time.Duration) (*Trial, time.Duration) {
	t.Helper()
	return simulateWith(t, rng, rules, theta, models, budget, pair, func(Decision) {})
}

// simulateWith is simulate, and tells of every decision.
func simulateWith(t *testing.T, rng *rand.Rand, rules Rules, theta float64, models []model, budget, pair time.Duration, tell func(Decision)) (*Trial, time.Duration) {
	t.Helper()
	arms := make([]Arm, len(models))
	for i := range arms {
		arms[i] = Arm{Metrics: []Metric{{Name: "ns/op", Theta: theta}}}
	}
	trial, err := New(rules, arms)
	if err != nil {
		t.Fatal(err)
	}
	left := budget
	for trial.Stage() != Done {
		decision, err := trial.Decide(left, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := trial.Open(decision); err != nil {
			t.Fatal(err)
		}
		tell(decision)
		for i, m := range models {
			for trial.Want(i) > 0 {
				if err := trial.Add(i, fresh(), []float64{m.pair(rng)}, pair); err != nil {
					t.Fatal(err)
				}
				left -= pair
			}
		}
	}
	return trial, left
}

// count counts the arms of a verdict.
func count(trial *Trial, want Outcome) (n int) {
	for _, findings := range trial.Findings() {
		for _, f := range findings {
			if f.Outcome == want {
				n++
			}
		}
	}
	return n
}
