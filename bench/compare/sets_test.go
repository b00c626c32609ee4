package compare_test

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/poolbench/poolbench/bench/compare"
	"github.com/poolbench/poolbench/bench/results"
)

func read(t *testing.T, text string) []*results.Set {
	t.Helper()
	set, err := results.Read(strings.NewReader(text), "text")
	if err != nil {
		t.Fatal(err)
	}
	return set.Split()
}

func six(line string) string { return strings.Repeat(line+"\n", 6) }

func TestRowsComeUnitByUnitTimeFirstAndTheLargestChangeFirst(t *testing.T) {
	base := read(t, six("BenchmarkA 1 16 B/op 10 ns/op 5 widgets")+six("BenchmarkB 1 10 ns/op 16 B/op")+six("BenchmarkC 1 10 ns/op")+"BenchmarkD 1 10 ns/op\n")
	head := read(t, six("BenchmarkA 1 16 B/op 11 ns/op 5 widgets")+six("BenchmarkB 1 30 ns/op 16 B/op")+six("BenchmarkC 1 10 ns/op")+"BenchmarkD 1 90 ns/op\n")
	var got []string
	for _, r := range standard.Sets(base, head, compare.Choice{}).Rows {
		got = append(got, r.Label+" "+r.Unit.Name+" "+string(r.Verdict))
	}
	want := []string{"B ns/op worse", "A ns/op worse", "C ns/op no difference found", "D ns/op undecided",
		"A B/op no difference found", "B B/op no difference found", "A widgets no difference found"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if units := compare.Units(base[0], head[0]); !slices.Equal(units, []string{"ns/op", "B/op", "widgets"}) {
		t.Errorf("the units are %v", units)
	}
}

func TestWhatOneSideHasAloneIsListed(t *testing.T) {
	r := standard.Sets(read(t, "pkg: a\n"+six("BenchmarkA 1 10 ns/op 16 B/op")+six("BenchmarkB 1 1 ns/op")), read(t, "pkg: a\n"+six("BenchmarkA 1 10 ns/op 3 widgets")+"pkg: b\n"+six("BenchmarkB 1 1 ns/op")), compare.Choice{})
	if !slices.Equal(r.OnlyBase, []string{"a.B"}) || !slices.Equal(r.OnlyHead, []string{"b.B"}) || r.Nothing != "" ||
		!slices.Equal(r.OnlyUnits, []string{"base has some in B/op, which the other lacks", "head has some in widgets, which the other lacks"}) {
		t.Errorf("got %+v", r)
	}
}

func TestWhyNothingCanBeComparedIsSaid(t *testing.T) {
	for want, texts := range map[string][2]string{
		"benchmarks of one name differ in their package, such as X: a in base, b in head":           {"pkg: a\nBenchmarkX 1 1 ns/op\n", "pkg: b\nBenchmarkX 1 1 ns/op\n"},
		"benchmarks of one name differ in their number of CPUs, such as X: 4 in base, none in head": {"BenchmarkX-4 1 1 ns/op\n", "BenchmarkX 1 1 ns/op\n"},
		"benchmarks of one name differ in their machine, such as X: linux in base, windows in head": {"goos: darwin\nBenchmarkX 1 1 ns/op\ngoos: linux\nBenchmarkX 1 1 ns/op\n", "goos: windows\nBenchmarkX 1 1 ns/op\n"},
		"no benchmark is in both: base has such as X, head such as Y":                               {"BenchmarkX 1 1 ns/op\n", "BenchmarkY 1 1 ns/op\n"},
		"no benchmark has a unit that both have: ns/op, B/op":                                       {"BenchmarkX 1 1 ns/op\n", "BenchmarkX 1 1 B/op\n"},
	} {
		if r := standard.Sets(read(t, texts[0]), read(t, texts[1]), compare.Choice{}); r.Nothing != want || len(r.Rows) != 0 {
			t.Errorf("got %q, want %q", r.Nothing, want)
		}
	}
}

func TestAFilterLooksAtNamesWithAndWithoutTheirPackage(t *testing.T) {
	set := read(t, "pkg: example.com/a\nBenchmarkX/size=1-4 1 1 ns/op\n")[0]
	for pattern, want := range map[string]bool{"": true, "size=1": true, "^X": true, "example.com/a.X": true, "-4$": true, "^Y": false, "example.com/b": false} {
		if got := (compare.Choice{Filter: regexp.MustCompile(pattern)}).Takes(set.Cells[0]); got != want {
			t.Errorf("%q takes it: %v, want %v", pattern, got, want)
		}
	}
}

// Turned round, a comparison says the opposite.
func TestAComparisonTurnsWithItsSides(t *testing.T) {
	opposite := map[compare.Verdict]compare.Verdict{compare.Better: compare.Worse, compare.Worse: compare.Better, compare.Higher: compare.Lower, compare.Lower: compare.Higher}
	values := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-3, 3), rapid.Float64Range(1, 2), rapid.Map(rapid.IntRange(0, 3), func(i int) float64 { return float64(i) })), 1, 12)
	rapid.Check(t, func(t *rapid.T) {
		rule := compare.Rule{Confidence: 0.95} // a share of base is none of head
		unit := compare.Unit{Better: rapid.SampledFrom([]string{"", "lower", "higher"}).Draw(t, "better"), Exact: rapid.Bool().Draw(t, "exact")}
		x, y := values.Draw(t, "x"), values.Draw(t, "y")
		there, back := rule.Samples(unit, x, y), rule.Samples(unit, y, x)
		want := there.Verdict
		if turned, ok := opposite[want]; ok {
			want = turned
		}
		if back.Verdict != want || math.Abs(back.P-there.P) > 1e-9 || back.Shift.Estimate != -there.Shift.Estimate || there.Base.N != len(x) || there.Head.N != len(y) {
			t.Fatalf("there %+v, back %+v", there, back)
		}
	})
}
