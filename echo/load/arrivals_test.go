package load

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// kolmogorovSmirnov returns the p-value of the sorted sample x in [0, 1) being
// uniform: Kolmogorov's series at sqrt(n) D, with Stephens' correction for
// finite n (EDF statistics for goodness of fit, JASA 69, 1974).
func kolmogorovSmirnov(x []float64) float64 {
	n := float64(len(x))
	d := 0.0
	for i, v := range x {
		d = max(d, float64(i+1)/n-v, v-float64(i)/n)
	}
	l := d * (math.Sqrt(n) + 0.12 + 0.11/math.Sqrt(n))
	p := 0.0
	for k := 1.0; k <= 100; k++ {
		p += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*l*l)
	}
	return min(max(p, 0), 1)
}

func TestKolmogorovSmirnovTellsUniformFromSkewed(t *testing.T) {
	even, skewed := make([]float64, 1000), make([]float64, 1000)
	for i := range even {
		even[i] = (float64(i) + 0.5) / 1000
		skewed[i] = math.Pow(even[i], 1.2)
	}
	if p := kolmogorovSmirnov(even); p < 0.99 {
		t.Errorf("p of an even sample is %v, want near 1", p)
	}
	if p := kolmogorovSmirnov(skewed); p > 0.001 {
		t.Errorf("p of a skewed sample is %v, want near 0", p)
	}
}

// Times of a Poisson process with the intensity's integral L are uniform under
// L(t)/L(T), and its gaps exponential: both are tested, as gaps alone miss a
// rate that drifts and times alone miss bunches.
func TestPoissonArrivalsPassKolmogorovSmirnov(t *testing.T) {
	for _, o := range []Options{
		{Connections: 64, Rate: 5000, Duration: 4 * time.Second},
		{Connections: 1, Rate: 200, Duration: 30 * time.Second, Warmup: 10 * time.Second},
		{Connections: 64, Rate: 1000, RampTo: 9000, Duration: 4 * time.Second, Warmup: time.Second},
		{Connections: 64, Rate: 9000, RampTo: 1000, Duration: 4 * time.Second},
	} {
		for o.Seed = range 3 {
			t.Run(fmt.Sprintf("rate %g to %g, seed %d", o.Rate, o.RampTo, o.Seed), func(t *testing.T) {
				// The integral of the rate, worked out apart from the code under test.
				integral := func(s float64) float64 {
					w, d, to := o.Warmup.Seconds(), o.Duration.Seconds(), o.RampTo
					if to == 0 {
						to = o.Rate
					}
					if s <= w {
						return o.Rate * s
					}
					s -= w
					return o.Rate*w + o.Rate*s + (to-o.Rate)/d*s*s/2
				}
				whole := integral((o.Warmup + o.Duration).Seconds())
				var times, gaps []float64
				last := 0.0
				for _, a := range Schedule(o) {
					l := integral(a.At.Seconds())
					times = append(times, l/whole)
					gaps = append(gaps, 1-math.Exp(last-l))
					last = l
				}
				slices.Sort(gaps)
				for what, x := range map[string][]float64{"times": times, "gaps": gaps} {
					if p := kolmogorovSmirnov(x); p < 0.001 {
						t.Errorf("the %d %s have p = %.2g, want at least 0.001", len(x), what, p)
					}
				}
				within(t, "the number of arrivals", float64(len(times)), whole, 4/math.Sqrt(whole))
			})
		}
	}
}

func TestUniformArrivalsHaveEqualGapsAndTakeTurns(t *testing.T) {
	list := Schedule(Options{Connections: 3, Rate: 1000, Arrivals: Uniform, Duration: time.Second})
	if len(list) != 1000 {
		t.Fatalf("%d arrivals, want 1000", len(list))
	}
	for i, a := range list {
		want := time.Duration(i)*time.Millisecond + time.Millisecond/2
		if (a.At-want).Abs() > time.Microsecond || a.Connection != i%3 {
			t.Fatalf("arrival %d is %+v, want %v on connection %d", i, a, want, i%3)
		}
	}
}

func TestPoissonArrivalsFallOnAllConnectionsAlike(t *testing.T) {
	const n = 16
	count := make([]float64, n)
	list := Schedule(Options{Connections: n, Rate: 10_000, Duration: 4 * time.Second, Seed: 5})
	for _, a := range list {
		count[a.Connection]++
	}
	expected, chi := float64(len(list))/n, 0.0
	for _, c := range count {
		chi += (c - expected) * (c - expected) / expected
	}
	// The 99.9th percentile of chi-square with 15 degrees of freedom.
	if chi > 37.7 {
		t.Errorf("chi-square is %.1f, want at most 37.7: %v", chi, count)
	}
}

func TestScheduleIsSortedInsideTheRunAndOnlyTheSeedsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Connections: rapid.IntRange(1, 100).Draw(t, "connections"),
			Rate:        rapid.Float64Range(0.1, 20_000).Draw(t, "rate"),
			RampTo:      rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0.1, 20_000)).Draw(t, "ramp"),
			Arrivals:    rapid.SampledFrom([]Arrivals{Poisson, Uniform}).Draw(t, "arrivals"),
			Warmup:      time.Duration(rapid.Int64Range(0, 5e7).Draw(t, "warm-up")),
			Duration:    time.Duration(rapid.Int64Range(5e7, 2e8).Draw(t, "duration")),
			Seed:        rapid.Uint64().Draw(t, "seed"),
		}
		list := Schedule(o)
		if !slices.Equal(list, Schedule(o)) {
			t.Fatal("two schedules of one seed differ")
		}
		for i, a := range list {
			if i > 0 && a.At < list[i-1].At || a.At < 0 || a.At > o.Warmup+o.Duration || a.Connection < 0 || a.Connection >= o.Connections {
				t.Fatalf("arrival %d of %d is %+v", i, len(list), a)
			}
		}
		more := o
		more.Connections++
		for i, a := range Schedule(more) {
			if a.At != list[i].At {
				t.Fatalf("arrival %d moves from %v to %v with another connection", i, list[i].At, a.At)
			}
		}
	})
}
