package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/stats"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func mean(samples [][]float64) (float64, error) {
	sum := 0.0
	for _, v := range samples[0] {
		sum += v
	}
	return sum / float64(len(samples[0])), nil
}

func median(samples [][]float64) (float64, error) {
	return stats.Quantile(samples[0], 0.5)
}

func TestBootstrapOfAMeanIsTheNormalIntervalForManyValues(t *testing.T) {
	rng := seeded(11)
	x := make([]float64, 400)
	for i := range x {
		x[i] = 10 + 2*rng.NormFloat64()
	}
	centre, _ := mean([][]float64{x})
	half := 1.96 * must(stats.StandardDeviation(x)) / 20
	got := must(stats.Bootstrap(rng, [][]float64{x}, 1999, 0.95, mean))
	near(t, "estimate", got.Estimate, centre, 0)
	near(t, "low", centre-got.Low, half, 0.1)
	near(t, "high", got.High-centre, half, 0.1)
}

func TestBootstrapIsDecidedByItsSeed(t *testing.T) {
	x := [][]float64{{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5}}
	first := must(stats.Bootstrap(seeded(1), x, 199, 0.9, mean))
	if again := must(stats.Bootstrap(seeded(1), x, 199, 0.9, mean)); again != first {
		t.Errorf("the same seed gave %v and %v", first, again)
	}
	if other := must(stats.Bootstrap(seeded(2), x, 199, 0.9, mean)); other == first {
		t.Errorf("two seeds gave the same %v", first)
	}
}

func TestBootstrapRefusesToMakeUpAnInterval(t *testing.T) {
	// Four values have C(7,4) = 35 replicates, five have 126; 95 % takes 40.
	few := must(stats.Bootstrap(seeded(1), [][]float64{{1, 2, 3, 4, 5}, {1, 2, 3, 4}}, 999, 0.95, mean))
	if !math.IsInf(few.Low, -1) || !math.IsInf(few.High, 1) || !strings.Contains(few.Reason, "sample of 4") {
		t.Errorf("got %+v, want no bounds for the sample of 4", few)
	}
	enough := must(stats.Bootstrap(seeded(1), [][]float64{{1, 2, 3, 4, 5}}, 999, 0.95, mean))
	if enough.Reason != "" || math.IsInf(enough.Low, 0) {
		t.Errorf("got %+v, want bounds", enough)
	}
}

func TestBootstrapPassesOnWhatIsWrong(t *testing.T) {
	x := [][]float64{{1, 2, 3, 4, 5}}
	broken := errors.New("broken")
	for _, row := range []struct {
		name       string
		samples    [][]float64
		replicates int
		confidence float64
		statistic  func([][]float64) (float64, error)
		want       string
	}{
		{"no samples", nil, 99, 0.9, mean, "no samples"},
		{"an empty sample", [][]float64{{1}, {}}, 99, 0.9, mean, "sample 2 of 2"},
		{"too few replicates", x, 38, 0.95, mean, "at least 39"},
		{"a confidence that is none", x, 99, 1, mean, "confidence is 1"},
		{"a statistic that fails", x, 99, 0.9, func([][]float64) (float64, error) { return 0, broken }, "broken"},
		{"a statistic that is no number", x, 99, 0.9, func([][]float64) (float64, error) { return math.NaN(), nil }, "NaN"},
	} {
		_, err := stats.Bootstrap(seeded(1), row.samples, row.replicates, row.confidence, row.statistic)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error %v, want %q in it", row.name, err, row.want)
		}
	}
	if _, err := stats.Bootstrap(seeded(1), x, 39, 0.95, mean); err != nil {
		t.Errorf("39 replicates are enough for 95 %%: %v", err)
	}
}
