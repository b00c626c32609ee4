package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestIsotonicAgreesWithR(t *testing.T) {
	got := must(stats.Isotonic([]float64{1, 3, 2, 2, 5, 4, 6, 0.5, 7})) // isoreg
	for i, want := range []float64{1, 7. / 3, 7. / 3, 7. / 3, 3.875, 3.875, 3.875, 3.875, 7} {
		near(t, fmt.Sprint("fit of value ", i+1), got[i], want, 1e-14)
	}
}

func TestIsotonicIsTheClosestRisingSequence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := sample(1, 12).Draw(t, "y")
		fit := must(stats.Isotonic(y))
		if !slices.IsSorted(fit) {
			t.Fatalf("the fit %v of %v falls", fit, y)
		}
		distance := func(to []float64) (sum float64) {
			for i := range y {
				sum += (y[i] - to[i]) * (y[i] - to[i])
			}
			return sum
		}
		other := slices.Sorted(slices.Values(sample(len(y), len(y)).Draw(t, "other")))
		if distance(fit) > distance(other)*(1+1e-12) {
			t.Fatalf("%v rises and is closer to %v than the fit %v", other, y, fit)
		}
		if slices.IsSorted(y) && !slices.Equal(fit, y) {
			t.Fatalf("%v rises already, and became %v", y, fit)
		}
	})
}

var octaves = []float64{1, 2, 4, 8, 16}

func TestCrossingInterpolatesOnTheLogScale(t *testing.T) {
	for _, row := range []struct {
		name  string
		y     []float64
		level float64
		want  stats.Point
	}{
		{"halfway between two places is their geometric mean", []float64{.1, .2, .4, .6, .9}, .5, stats.Point{X: math.Sqrt(32)}},
		{"at a place", []float64{.1, .2, .5, .6, .9}, .5, stats.Point{X: 4}},
		{"at the last place", []float64{.1, .2, .3, .4, .5}, .5, stats.Point{X: 16}},
		{"a dip is ironed out first", []float64{.1, .4, .2, .6, .9}, .45, stats.Point{X: 4 * math.Sqrt(2)}},
		{"reached at once is below the sweep", []float64{.5, .6, .7, .8, .9}, .5, stats.Point{X: 1, Place: stats.BelowSweep}},
		{"never reached is above the sweep", []float64{.1, .1, .2, .3, .4}, .5, stats.Point{X: 16, Place: stats.AboveSweep}},
		{"a lone peak below the mean of what follows is no crossing", []float64{.6, .1, .1, .1, .4}, .5, stats.Point{X: 16, Place: stats.AboveSweep}},
	} {
		got := must(stats.Crossing(octaves, row.y, row.level))
		if got.Place != row.want.Place || !close(got.X, row.want.X, 1e-12) {
			t.Errorf("%s: got %v %v, want %v %v", row.name, got.X, got.Place, row.want.X, row.want.Place)
		}
	}
}

func TestCrossingFindsTheGranularityOfAFixedOverhead(t *testing.T) {
	// With overhead h a task of length x reaches x/(x+h) of the ideal: half of
	// it at x = h, nine tenths at x = 9h.
	rapid.Check(t, func(t *rapid.T) {
		overhead := rapid.Float64Range(20, 2000).Draw(t, "overhead")
		var x, y []float64
		for length := 10.0; length < 40000; length *= 1.25 {
			x, y = append(x, length), append(y, length/(length+overhead))
		}
		half, most := must(stats.Crossing(x, y, 0.5)), must(stats.Crossing(x, y, 0.9))
		near(t, "half", half.X, overhead, 0.005)
		near(t, "nine tenths", most.X, 9*overhead, 0.005)
	})
}

func TestEveryPlaceHasItsWords(t *testing.T) {
	got := fmt.Sprint(stats.InSweep, "; ", stats.BelowSweep, "; ", stats.AboveSweep, "; ", stats.Place(9))
	if want := "in the sweep; below the sweep; above the sweep; invalid"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCrossingRejectsWhatIsNoSweep(t *testing.T) {
	for _, row := range []struct {
		x, y  []float64
		level float64
		want  string
	}{
		{nil, nil, .5, "empty"},
		{[]float64{1, 2}, []float64{1}, .5, "2 places for 1 values"},
		{[]float64{0, 1}, []float64{0, 1}, .5, "first place is 0"},
		{[]float64{1, 3, 3}, []float64{0, 0, 1}, .5, "place 3 is 3 after 3"},
		{[]float64{1, 2}, []float64{0, 1}, math.NaN(), "level is NaN"},
	} {
		if _, err := stats.Crossing(row.x, row.y, row.level); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("x=%v y=%v level=%v: error %v, want %q in it", row.x, row.y, row.level, err, row.want)
		}
	}
}

// efficiencies draws n noisy measurements of x/(x+overhead) at each octave.
func efficiencies(rng *rand.Rand, n int, overhead float64) [][]float64 {
	samples := make([][]float64, len(octaves))
	for i, x := range octaves {
		for range n {
			samples[i] = append(samples[i], x/(x+overhead)+0.03*rng.NormFloat64())
		}
	}
	return samples
}

func TestCrossingIntervalCoversTheOverhead(t *testing.T) {
	const experiments = 100
	rng := seeded(5)
	covered := 0
	for range experiments {
		_, interval, err := stats.CrossingInterval(rng, octaves, efficiencies(rng, 11, 4), 0.5, 199, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		if interval.Covers(4) {
			covered++
		}
	}
	if covered < experiments*80/100 || covered > experiments*98/100 {
		t.Errorf("covered %d of %d, want about nine tenths", covered, experiments)
	}
}

func TestCrossingIntervalIsOpenWhereTheSweepEnds(t *testing.T) {
	for _, row := range []struct {
		name     string
		overhead float64
		place    stats.Place
		low      float64
		high     float64
	}{
		{"far below", 0.01, stats.BelowSweep, 0, 1},
		{"far above", 5000, stats.AboveSweep, 16, math.Inf(1)},
	} {
		point, interval, err := stats.CrossingInterval(seeded(6), octaves, efficiencies(seeded(7), 11, row.overhead), 0.5, 199, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		if point.Place != row.place || interval.Low != row.low || interval.High != row.high {
			t.Errorf("%s: got %v, %v; want %v, %v to %v", row.name, point, interval, row.place, row.low, row.high)
		}
	}
	// Close to the end the sweep bounds one side only.
	point, interval, err := stats.CrossingInterval(seeded(6), octaves, efficiencies(seeded(8), 11, 16.5), 0.5, 999, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if interval.Low <= 8 || interval.Low >= 16 || !math.IsInf(interval.High, 1) {
		t.Errorf("near the upper end: got %v, %v; want a lower bound and no upper one", point, interval)
	}
}
