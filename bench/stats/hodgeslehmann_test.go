package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/stats"
)

func TestHodgesLehmannAgreesWithThePublishedExample(t *testing.T) {
	// wilcox.test(before, after, paired = TRUE, conf.int = TRUE) of R 4.2.
	for _, row := range []struct{ confidence, low, high float64 }{
		{.90, 0.175, 0.726},
		{.95, 0.010, 0.786},
		{.99, -0.1135, 0.987},
	} {
		got := must(stats.HodgesLehmann(differences(before, after), row.confidence))
		near(t, "estimate", got.Estimate, 0.46, 1e-12)
		near(t, "low", got.Low, row.low, 1e-12)
		near(t, "high", got.High, row.high, 1e-12)
		if got.N != 9 || got.Confidence < row.confidence || got.Reason != "" {
			t.Errorf("got %+v, want 9 values at %v or more", got, row.confidence)
		}
	}
}

func TestHodgesLehmannSaysWhenThereAreTooFew(t *testing.T) {
	// n differences carry 1-2^(1-n): five carry 93.75 %, six 96.875 %.
	five := []float64{1, 2, 3, 4, 6}
	got := must(stats.HodgesLehmann(five, 0.95))
	if !math.IsInf(got.Low, -1) || !math.IsInf(got.High, 1) || got.Estimate != 3 {
		t.Errorf("got %v, want 3 and no bounds", got)
	}
	if !strings.Contains(got.Reason, "5 differences") || !strings.Contains(got.Reason, "93.75%") {
		t.Errorf("the reason is %q, want the number and the 93.75%% that it carries", got.Reason)
	}
	for _, enough := range []struct {
		d          []float64
		confidence float64
	}{{five, 0.9375}, {append([]float64{9}, five...), 0.95}} {
		if got := must(stats.HodgesLehmann(enough.d, enough.confidence)); got.Reason != "" || math.IsInf(got.Low, 0) {
			t.Errorf("%d differences at %v: got %+v, want bounds", len(enough.d), enough.confidence, got)
		}
	}
}

func TestHodgesLehmannIsDualToTheSignedRankTest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := distinct(6, 20).Draw(t, "d")
		alpha := rapid.Float64Range(0.001, 0.5).Draw(t, "alpha")
		test := must(stats.SignedRank(d))
		interval := must(stats.HodgesLehmann(d, 1-alpha))
		if excluded, significant := !interval.Covers(0), test.TwoSided <= alpha; excluded != significant {
			t.Fatalf("zero excluded by %v: %v; two-sided p %v at most %v: %v", interval, excluded, test.TwoSided, alpha, significant)
		}
	})
}

func TestHodgesLehmannIsEquivariant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sample(1, 55).Draw(t, "d")
		a, b := rapid.SampledFrom([]float64{-2, 0.5, 4}).Draw(t, "scale"), float64(rapid.IntRange(-9, 9).Draw(t, "shift"))
		was := must(stats.HodgesLehmann(d, 0.9))
		got := must(stats.HodgesLehmann(mapped(d, func(v float64) float64 { return a*v + b }), 0.9))
		want := was
		want.Estimate, want.Low, want.High = a*was.Estimate+b, a*was.Low+b, a*was.High+b
		if a < 0 {
			want.Low, want.High = want.High, want.Low
		}
		want.Reason = got.Reason
		if got != want {
			t.Fatalf("%v·d%+v: got %v, want %v", a, b, got, want)
		}
	})
}

func TestHodgesLehmannNarrowsWithLessConfidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sample(1, 60).Draw(t, "d")
		wide := must(stats.HodgesLehmann(d, rapid.Float64Range(0.8, 0.999).Draw(t, "more")))
		narrow := must(stats.HodgesLehmann(d, rapid.Float64Range(0.01, 0.8).Draw(t, "less")))
		if narrow.Low < wide.Low || narrow.High > wide.High || !narrow.Covers(narrow.Estimate) {
			t.Fatalf("%v is not inside %v, around its estimate", narrow, wide)
		}
	})
}

func TestHodgesLehmannCoversAsOftenAsItClaims(t *testing.T) {
	const experiments = 1000
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{6, 13, 51} {
		covered, claimed := 0, 0.0
		for range experiments {
			d := make([]float64, n)
			for i := range d {
				d[i] = 5 + rng.NormFloat64()/(0.2+rng.Float64())
			}
			interval := must(stats.HodgesLehmann(d, 0.9))
			claimed = interval.Confidence
			if interval.Covers(5) {
				covered++
			}
		}
		if rate := must(stats.ClopperPearson(covered, experiments, 0.999)); !rate.Covers(claimed) {
			t.Errorf("n=%d: covered %d of %d, claimed %.4f", n, covered, experiments, claimed)
		}
	}
}

func TestHodgesLehmannBeyondExactIsWithinOneAverageOfIt(t *testing.T) {
	// The exact interval of R 4.2, which takes other averages than the normal
	// approximation only where the two disagree about one.
	d := make([]float64, 60)
	for i := range d {
		d[i] = 3*math.Sin(float64(i+1)) + 0.4
	}
	got := must(stats.HodgesLehmann(d, 0.95))
	near(t, "estimate", got.Estimate, 0.44431415722756928, 1e-12)
	near(t, "low", got.Low, -0.032400211233994586, 0.05)
	near(t, "high", got.High, 1.029704515606102, 0.01)
}

func ExampleHodgesLehmann() {
	base := []float64{1.02, 0.98, 1.01, 1.05, 0.99, 1.00}
	head := []float64{1.09, 1.06, 1.11, 1.10, 1.08, 1.07}

	ratios := make([]float64, len(head))
	for i := range head {
		ratios[i] = head[i] / base[i]
	}
	change, err := stats.HodgesLehmann(stats.Logs(ratios), 0.95)
	if err != nil {
		panic(err)
	}
	ratio := change.Exp()
	fmt.Printf("%.3f times as long, from %.3f to %.3f\n", ratio.Estimate, ratio.Low, ratio.High)
	// Output: 1.076 times as long, from 1.048 to 1.099
}
