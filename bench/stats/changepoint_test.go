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

// nile is the annual flow of the Nile at Aswan from 1871 to 1970, in 10^8 m³:
// Cobb, The problem of the Nile, Biometrika 65 (1978); the series Nile of R.
var nile = []float64{
	1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
	1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
	831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
	781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
	744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
}

// series are noise that other programs can repeat, with levels on top.
var series = map[string][]float64{
	"step":   levels([]int{20, 20}, []float64{0, 0.3}),
	"bump":   levels([]int{25, 10, 25}, []float64{0, 0.25, 0}),
	"stairs": levels([]int{10, 20, 20}, []float64{0, 0.4, 1}),
	"flat":   levels([]int{45}, []float64{0}),
	"nile":   nile,
}

// levels returns a series of 0.2·(frac(43758.5453·sin(12.9898·i))-1/2), i from 1
// on, plus the level of each stretch.
func levels(lengths []int, heights []float64) (x []float64) {
	for i, n := range lengths {
		for range n {
			v := 43758.5453 * math.Sin(12.9898*float64(len(x)+1))
			x = append(x, 0.2*(v-math.Floor(v)-0.5)+heights[i])
		}
	}
	return x
}

// persistent is how the search is used: levels of three values and more.
func persistent(level float64) stats.Segmentation {
	return stats.Segmentation{Shortest: 3, Level: level, Permutations: int(math.Ceil(2 / level))}
}

func TestChangesAgreeWithEcp(t *testing.T) {
	// e.divisive(x, sig.lvl = .01, R = 1999, min.size = 3, alpha = 1) of ecp
	// 3.1.6 in R 4.2, and the energy of its first split, found or not, which
	// e.split of that package returns.
	for _, row := range []struct {
		series string
		split  int
		energy float64
		found  []int
	}{
		{"step", 20, 4.4289081673203423, []int{20}},
		{"bump", 25, 2.3118130697786978, []int{25, 35}},
		{"stairs", 30, 14.151005734160069, []int{10, 30}},
		{"flat", 23, 0.1789396939147072, nil},
		{"nile", 28, 4916.5908076751448, []int{28}},
	} {
		index, energy := stats.Split(series[row.series], 3)
		if index != row.split {
			t.Errorf("%s: the first split is at %d, want %d", row.series, index, row.split)
		}
		near(t, row.series+": its energy", energy, row.energy, 1e-10)
		if got := places(must(stats.Changes(seeded(1), series[row.series], persistent(0.01)))); !slices.Equal(got, row.found) {
			t.Errorf("%s: changes at %v, want %v", row.series, got, row.found)
		}
	}
}

func places(changes []stats.Change) (at []int) {
	for _, c := range changes {
		at = append(at, c.Index)
	}
	return at
}

func TestTheNileFellWhenItsDamWasBegun(t *testing.T) {
	// The published change: 1898 is the last year of the old level, by Cobb
	// (1978) and by breakpoints(Nile ~ 1) of strucchange, whose interval of
	// 95 %, from 1895 to 1902, does not rest on the noise being normal and is
	// wider than that of the likelihood ratio.
	changes := must(stats.Changes(seeded(1), nile, persistent(0.001)))
	if len(changes) != 1 {
		t.Fatalf("got %+v, want one change", changes)
	}
	c := changes[0]
	if year := 1871 + c.Index; year != 1899 {
		t.Errorf("the new level begins in %d, want 1899", year)
	}
	if first, last := 1871+c.First, 1871+c.Last; first < 1896 || last > 1903 || first == last {
		t.Errorf("the new level begins from %d to %d, want some of the years from 1896 to 1903", first, last)
	}
	if c.Shift.Estimate > -200 || c.Shift.Estimate < -300 || c.P > 0.001 {
		t.Errorf("got %+v, want a fall of 247, which is that of the means, or so", c)
	}
}

// Split must be the greatest of all energies, each taken from its definition.
func TestTheSplitHasTheGreatestEnergyOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := sample(6, 14).Draw(t, "x")
		shortest := rapid.IntRange(2, len(x)/2).Draw(t, "shortest")
		_, got := stats.Split(x, shortest)
		best := math.Inf(-1)
		for k := 2 * shortest; k <= len(x); k++ {
			for at := shortest; at <= k-shortest; at++ {
				best = max(best, energy(x[:at], x[at:k]))
			}
		}
		if math.Abs(got-best) > 1e-9*(1+math.Abs(best)) {
			t.Fatalf("the split of %v has energy %v, the best one %v", x, got, best)
		}
	})
}

// energy is n·m/(n+m) times 2·mean|x-y| - mean|x-x'| - mean|y-y'|.
func energy(x, y []float64) float64 {
	n, m := float64(len(x)), float64(len(y))
	return n * m / (n + m) * (2*distance(x, y)/(n*m) - distance(x, x)/(n*(n-1)) - distance(y, y)/(m*(m-1)))
}

func distance(x, y []float64) (sum float64) {
	for _, a := range x {
		for _, b := range y {
			sum += math.Abs(a - b)
		}
	}
	return sum
}

func TestChangesKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := sample(1, 40).Draw(t, "x")
		for i := range x {
			x[i] += 60 * float64(rapid.IntRange(0, 2).Draw(t, "level")) * float64(i/10)
		}
		search := stats.Segmentation{
			Shortest:     rapid.IntRange(2, 5).Draw(t, "shortest"),
			Smallest:     rapid.Float64Range(0, 100).Draw(t, "smallest"),
			Level:        0.05,
			Permutations: 39,
		}
		seed := rapid.Uint64().Draw(t, "seed")
		changes := must(stats.Changes(seeded(seed), x, search))
		before := 0
		for _, c := range changes {
			if c.Index-before < search.Shortest || len(x)-c.Index < search.Shortest {
				t.Fatalf("%+v of %d values leaves a level shorter than %d", c, len(x), search.Shortest)
			}
			if math.Abs(c.Shift.Estimate) < search.Smallest*(1-1e-12) || !c.Shift.Covers(c.Shift.Estimate) {
				t.Fatalf("%+v is by less than %v, or without its estimate", c, search.Smallest)
			}
			if c.First > c.Index || c.Last < c.Index || c.First <= before || c.Last >= len(x) || !(0 < c.P && c.P <= search.Level) {
				t.Fatalf("%+v is outside its range, or not significant", c)
			}
			before = c.Index
		}

		turned := must(stats.Changes(seeded(seed), mapped(x, func(v float64) float64 { return -v }), search))
		raised := search
		raised.Smallest *= 4
		scaled := must(stats.Changes(seeded(seed), mapped(x, func(v float64) float64 { return 4 * v }), raised))
		if !slices.Equal(places(turned), places(changes)) || !slices.Equal(places(scaled), places(changes)) {
			t.Fatalf("changes at %v, of the negative at %v, of four times that at %v", places(changes), places(turned), places(scaled))
		}
		for i, c := range changes {
			near(t, "shift of four times the values", scaled[i].Shift.Estimate, 4*c.Shift.Estimate, 1e-12)
			near(t, "shift of the negative", turned[i].Shift.Estimate, -c.Shift.Estimate, 1e-12)
		}
	})
}

func TestOutliersAreNoChange(t *testing.T) {
	for _, at := range [][]int{{20}, {20, 21}, {0, 1}, {38, 39}, {5, 17, 30}} {
		x := levels([]int{40}, []float64{0})
		for _, i := range at {
			x[i] += 5
		}
		if changes := must(stats.Changes(seeded(1), x, persistent(0.01))); len(changes) > 0 {
			t.Errorf("outliers at %v became %+v", at, changes)
		}
	}
}

func TestChangesBelowTheSmallestAreTakenBack(t *testing.T) {
	x := levels([]int{20, 20, 20}, []float64{0, 0.2, 1})
	search := persistent(0.01)
	if got := places(must(stats.Changes(seeded(1), x, search))); !slices.Equal(got, []int{20, 40}) {
		t.Fatalf("changes at %v, want 20 and 40", got)
	}
	search.Smallest = 0.5
	changes := must(stats.Changes(seeded(1), x, search))
	if !slices.Equal(places(changes), []int{40}) {
		t.Fatalf("changes at %v, want the one at 40", places(changes))
	}
	near(t, "the shift from all values before", changes[0].Shift.Estimate, 0.9, 0.07)
}

// found simulates series of normal noise, and returns how many have a change,
// how many have one exactly where it was put, and how many of those found bound
// that place.
func found(experiments int, search stats.Segmentation, n int, noise float64, at, until int, by float64) (any, exact, bounded int) {
	for e := range experiments {
		rng := rand.New(rand.NewPCG(uint64(e), 7))
		x := make([]float64, n)
		for i := range x {
			x[i] = noise * rng.NormFloat64()
			if at <= i && i < until {
				x[i] += by
			}
		}
		changes := must(stats.Changes(rng, x, search))
		if len(changes) == 0 {
			continue
		}
		any++
		nearest := slices.MinFunc(changes, func(a, b stats.Change) int {
			return max(a.Index-at, at-a.Index) - max(b.Index-at, at-b.Index)
		})
		if nearest.Index == at {
			exact++
		}
		if nearest.First <= at && at <= nearest.Last {
			bounded++
		}
	}
	return any, exact, bounded
}

func TestChangesKeepTheirFalseAlarmRate(t *testing.T) {
	const experiments, level = 300, 0.05
	any, _, _ := found(experiments, persistent(level), 30, 1, 0, 0, 0)
	rate := must(stats.ClopperPearson(any, experiments, 0.999))
	if rate.Low > level || any == 0 {
		t.Errorf("%d false alarms in %d, want %v of them", any, experiments, level)
	}
}

func TestChangesAreFoundWhereTheyAre(t *testing.T) {
	// What 400 series gave: see the table in bench/history.
	for _, row := range []struct {
		name      string
		n         int
		at, until int
		by        float64 // in standard deviations of the noise
		least     int     // of 60, found
		exact     int     // of those, at the very place
	}{
		{"a step in the middle", 40, 20, 40, 3, 60, 45},
		{"a step five values before the end", 40, 35, 40, 3, 52, 40},
		{"a level that comes and goes", 100, 40, 60, 2, 50, 25},
	} {
		any, exact, bounded := found(60, persistent(0.01), row.n, 0.01, row.at, row.until, 0.01*row.by)
		if any < row.least || exact < row.exact || bounded < any*85/100 {
			t.Errorf("%s: %d of 60 found, %d exactly, %d in their range; want %d, %d and most of them", row.name, any, exact, bounded, row.least, row.exact)
		}
	}
}

func TestTooFewValuesShowNoChange(t *testing.T) {
	for _, row := range []struct {
		level  float64
		fewest int
	}{{0.2, 6}, {0.05, 8}, {0.01, 10}, {0.0001, 17}} {
		search := persistent(row.level)
		if got := search.Fewest(); got != row.fewest {
			t.Errorf("level %v: %d values are the fewest, want %d", row.level, got, row.fewest)
		}
	}
	for n, want := range map[int]int{4: 0, 5: 1} {
		apart := slices.Concat(levels([]int{n}, []float64{0}), levels([]int{n}, []float64{1000}))
		search := persistent(0.01)
		search.Permutations = 9999 // to come close to 2/C(2n, n)
		if got := must(stats.Changes(seeded(1), apart, search)); len(got) != want {
			t.Errorf("%d and %d values as far apart as can be: %+v, want %d changes", n, n, got, want)
		}
	}
}

func TestChangesAreDecidedByTheSeed(t *testing.T) {
	x := series["bump"]
	search := persistent(0.2)
	first := must(stats.Changes(seeded(1), x, search))
	if again := must(stats.Changes(seeded(1), x, search)); !slices.Equal(again, first) {
		t.Errorf("the same seed gave %+v and %+v", first, again)
	}
	for seed := range uint64(20) {
		if other := must(stats.Changes(seeded(seed), x, search)); fmt.Sprint(other) != fmt.Sprint(first) {
			return
		}
	}
	t.Error("twenty seeds gave the same p-values")
}

func TestChangesOfTheSameValuesAreNone(t *testing.T) {
	if got := must(stats.Changes(seeded(1), make([]float64, 50), persistent(0.01))); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
	huge := slices.Concat(slices.Repeat([]float64{-math.MaxFloat64 / 2}, 10), slices.Repeat([]float64{math.MaxFloat64 / 2}, 10))
	if got := must(stats.Changes(seeded(1), huge, persistent(0.01))); len(got) != 1 || got[0].Shift.Estimate != math.MaxFloat64 {
		t.Errorf("at the end of the range of numbers: got %+v", got)
	}
}

func TestChangesRejectsSearchesThatCannotBe(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	for _, row := range []struct {
		search stats.Segmentation
		want   string
	}{
		{stats.Segmentation{Shortest: 1, Level: .05, Permutations: 99}, "shortest level is 1"},
		{stats.Segmentation{Shortest: 3, Smallest: -1, Level: .05, Permutations: 99}, "smallest change is -1"},
		{stats.Segmentation{Shortest: 3, Smallest: math.NaN(), Level: .05, Permutations: 99}, "smallest change is NaN"},
		{stats.Segmentation{Shortest: 3, Level: 0, Permutations: 99}, "level is 0"},
		{stats.Segmentation{Shortest: 3, Level: .05, Permutations: 18}, "want at least 19"},
		{stats.Segmentation{Shortest: 3, Level: .99, Permutations: 0}, "0 permutations"},
	} {
		if _, err := stats.Changes(seeded(1), x, row.search); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%+v: error %v, want %q in it", row.search, err, row.want)
		}
	}
	if _, err := stats.Changes(seeded(1), nil, persistent(0.05)); err == nil {
		t.Error("no values were taken for a series")
	}
}

func BenchmarkChanges(b *testing.B) {
	x := make([]float64, 200)
	rng := seeded(1)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	changed := slices.Clone(x)
	for i := 100; i < len(x); i++ {
		changed[i] += 3
	}
	for name, x := range map[string][]float64{"none": x, "one": changed} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := stats.Changes(seeded(1), x, persistent(0.001)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
