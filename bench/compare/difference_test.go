package compare_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchmath"

	"github.com/poolbench/poolbench/bench/compare"
)

var standard = compare.Rule{Confidence: 0.95, Smallest: 0.01}

// repeat is n times each of several values.
func repeat(n int, values ...float64) (out []float64) {
	for _, v := range values {
		out = append(out, slices.Repeat([]float64{v}, n)...)
	}
	return out
}

// around are ten values beside v, all different.
func around(v float64) (out []float64) {
	for i := range 10 {
		out = append(out, v*(1+0.0001*float64(i)))
	}
	return out
}

// Each row is two samples, what is right to say of them, and the p-value of
// benchstat, which is asked in the test.
func TestWhatTwoSamplesAllowToClaim(t *testing.T) {
	lower, higher := compare.Unit{Name: "ns/op", Better: "lower"}, compare.Unit{Name: "MB/s", Better: "higher"}
	unknown, exact := compare.Unit{Name: "score"}, compare.Unit{Name: "size", Better: "lower", Exact: true}
	none := math.NaN()
	for name, row := range map[string]struct {
		unit       compare.Unit
		base, head []float64
		verdict    compare.Verdict
		ratio      float64
		shift      float64
		reason     string
	}{
		"zeros in base":                    {lower, append(repeat(6, 0), repeat(4, 3)...), repeat(10, 3), compare.Worse, none, 3, ""},
		"zeros in head":                    {lower, repeat(10, 3), append(repeat(6, 0), repeat(4, 3)...), compare.Better, none, -3, ""},
		"from zero":                        {lower, repeat(6, 0), repeat(6, 12), compare.Worse, none, 12, ""},
		"to zero":                          {lower, repeat(6, 16), repeat(6, 0), compare.Better, none, -16, ""},
		"zeros alone":                      {lower, repeat(6, 0), repeat(6, 0), compare.NoDifference, none, 0, ""},
		"zeros that became rarer":          {lower, append(repeat(8, 0), repeat(12, 3)...), repeat(20, 3), compare.Worse, none, 0, ""},
		"one zero, and hardly a change":    {lower, append(repeat(9, 1000), 0), repeat(10, 1001), compare.NoDifference, none, 1, "too small to report"},
		"negative values":                  {lower, repeat(6, -5), repeat(6, -10), compare.Better, none, -5, ""},
		"from negative to positive":        {higher, repeat(6, -5), repeat(6, 5), compare.Better, none, 10, ""},
		"time that rose":                   {lower, around(100), around(200), compare.Worse, 2, 100, ""},
		"time that fell":                   {lower, around(200), around(100), compare.Better, 0.5, -100, ""},
		"throughput that rose":             {higher, around(102), around(202), compare.Better, 1.98, 100, ""},
		"throughput that fell":             {higher, around(202), around(102), compare.Worse, 0.505, -100, ""},
		"nothing known of the unit, up":    {unknown, around(100), around(200), compare.Higher, 2, 100, ""},
		"nothing known of the unit, down":  {unknown, around(200), around(100), compare.Lower, 0.5, -100, ""},
		"equal samples":                    {lower, around(100), around(100), compare.NoDifference, 1, 0, ""},
		"one value alone":                  {lower, repeat(10, 7), repeat(10, 7), compare.NoDifference, 1, 0, ""},
		"a thousandth":                     {lower, repeat(6, 1000), repeat(6, 1001), compare.NoDifference, 1.001, 1, "1 % at most, too small to report"},
		"just a hundredth":                 {lower, repeat(6, 1000), repeat(6, 1010), compare.NoDifference, 1.01, 10, "too small to report"},
		"more than a hundredth":            {lower, repeat(6, 1000), repeat(6, 1011), compare.Worse, 1.011, 11, ""},
		"a hundredth less":                 {lower, repeat(6, 1011), repeat(6, 1000), compare.Better, 1 / 1.011, -11, ""},
		"most values stay":                 {lower, repeat(20, 3), append(repeat(12, 3), repeat(8, 4)...), compare.Worse, 1, 0, ""},
		"most values stay, others hardly":  {lower, repeat(20, 1000), append(repeat(12, 1000), repeat(8, 1001)...), compare.NoDifference, 1, 0, "too small to report"},
		"one value of each":                {lower, repeat(1, 10), repeat(1, 100), compare.Undecided, 10, 90, "1 and 1 values are too few: it takes 4 of each"},
		"one and equal":                    {lower, repeat(1, 10), repeat(1, 10), compare.Undecided, 1, 0, "too few"},
		"three of each":                    {lower, []float64{1, 2, 3}, []float64{11, 12, 13}, compare.Undecided, 6, 10, "3 and 3 values are too few"},
		"four of each":                     {lower, []float64{1, 2, 3, 4}, []float64{11, 12, 13, 14}, compare.Worse, 5.07, 10, ""},
		"many against one":                 {lower, around(100), repeat(1, 200), compare.Undecided, 2, 100, "10 and 1 values are too few"},
		"none in head":                     {lower, around(100), nil, compare.Undecided, none, none, "head: "},
		"far below a nanosecond":           {lower, around(1e-9), around(2e-9), compare.Worse, 2, 1e-9, ""},
		"at the ends of the range":         {lower, repeat(6, 1e-300), repeat(6, 1e300), compare.Worse, none, 1e300, ""},
		"beyond the range":                 {lower, repeat(6, -1e308), repeat(6, 1e308), compare.Undecided, none, none, "beyond the range"},
		"without noise, one value of each": {exact, repeat(1, 100), repeat(1, 120), compare.Worse, 1.2, 20, ""},
		"without noise, equal":             {exact, repeat(1, 100), repeat(1, 100), compare.NoDifference, 1, 0, ""},
		"without noise, hardly":            {exact, repeat(1, 1000), repeat(1, 1001), compare.NoDifference, 1.001, 1, "too small to report"},
		"without noise, from zero":         {exact, repeat(1, 0), repeat(2, 7), compare.Worse, none, 7, ""},
		"said to be without noise":         {exact, []float64{1, 2, 3}, []float64{11, 12, 13}, compare.Undecided, 6, 10, "too few"},
		"more values than an exact test":   {lower, repeat(300, 1, 2, 3, 4), repeat(300, 2, 3, 4, 5), compare.Worse, math.Sqrt2, 1, ""},
		"a median of two in zeros":         {lower, append(repeat(5, 0), repeat(5, 8)...), repeat(10, 8), compare.Worse, none, 4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := standard.Samples(row.unit, row.base, row.head)
			if d.Verdict != row.verdict || !strings.Contains(d.Reason, row.reason) || row.reason == "" && d.Reason != "" {
				t.Errorf("%s (%s), p %v; want %s (%s)", d.Verdict, d.Reason, d.P, row.verdict, row.reason)
			}
			if !near(d.Ratio.Estimate, row.ratio) || !near(d.Shift.Estimate, row.shift) {
				t.Errorf("ratio %v and shift %v, want %v and %v", d.Ratio.Estimate, d.Shift.Estimate, row.ratio, row.shift)
			}
			if d.Reason != "" && strings.Contains(d.Reason, "beyond") || len(row.head) == 0 {
				return
			}
			if d.Base.N != len(row.base) || d.Head.N != len(row.head) {
				t.Errorf("of %d and %d values, want %d and %d", d.Base.N, d.Head.N, len(row.base), len(row.head))
			}
			thresholds := benchmath.DefaultThresholds
			theirs := benchmath.AssumeNothing.Compare(benchmath.NewSample(slices.Clone(row.base), &thresholds), benchmath.NewSample(slices.Clone(row.head), &thresholds))
			if math.Abs(theirs.P-d.P) > 0.01 { // with ties benchstat approximates from 26 values on
				t.Errorf("p %v, benchstat's is %v", d.P, theirs.P)
			}
			if differs := theirs.P <= 0.05; !row.unit.Exact && d.Verdict.Differs() != differs && !strings.Contains(d.Reason, "too small") {
				t.Errorf("%s, and benchstat's p is %v", d.Verdict, theirs.P)
			}
		})
	}
}

// near compares with two digits more than are printed.
func near(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 5e-3*math.Abs(b)
}

// cockroachdb/cockroach#107439: six lines of 0 and four of 3, against ten of 3.
func TestAPublishedCaseOfZerosHasThePValueOfBenchstat(t *testing.T) {
	d := standard.Samples(compare.Unit{Name: "retries/op"}, append(repeat(6, 0), repeat(4, 3)...), repeat(10, 3))
	if math.Abs(d.P-0.011) > 0.0005 || d.Verdict != compare.Higher || d.Base.N != 10 || !math.IsNaN(d.Ratio.Estimate) {
		t.Errorf("got %+v", d)
	}
}

func TestDifferencesThatAreJudgedTogetherAreCorrectedForTheirNumber(t *testing.T) {
	rule := standard
	close := rule.Samples(compare.Unit{Better: "lower"}, []float64{1, 2, 3, 4, 7}, []float64{5, 6, 8, 9, 10}) // p = 0.032
	if close.Verdict != compare.Worse {
		t.Fatalf("alone it is %s, p %v", close.Verdict, close.P)
	}
	other := rule.Samples(compare.Unit{Better: "lower"}, around(10), around(10))
	flat := rule.Samples(compare.Unit{Better: "lower"}, repeat(10, 5), repeat(10, 5))
	rule.Judge(&close, &flat, &flat, &flat)
	if close.Verdict != compare.Worse || flat.Verdict != compare.NoDifference {
		t.Errorf("beside values that never vary it is %s, and those are %s", close.Verdict, flat.Verdict)
	}
	rule.Judge(&close, &other)
	if close.Verdict != compare.NoDifference || close.Adjusted <= close.P {
		t.Errorf("beside another it is %s, p %v, corrected %v", close.Verdict, close.P, close.Adjusted)
	}
	few := rule.Samples(compare.Unit{Better: "lower"}, []float64{1, 2, 3, 4}, []float64{11, 12, 13, 14}) // p = 0.029
	rule.Judge(&few, &other)
	if few.Verdict != compare.Undecided || !strings.Contains(few.Reason, "it takes 5 of each") {
		t.Errorf("four values beside another are %s: %s", few.Verdict, few.Reason)
	}
}

func TestTheSmallestChangeToReportIsTheRules(t *testing.T) {
	for smallest, want := range map[float64]compare.Verdict{0: compare.Worse, 0.04: compare.Worse, 0.06: compare.NoDifference} {
		rule := compare.Rule{Confidence: 0.95, Smallest: smallest}
		if d := rule.Samples(compare.Unit{Better: "lower"}, around(100), around(105)); d.Verdict != want {
			t.Errorf("5 %% more are %s where %v is the least", d.Verdict, smallest)
		}
	}
}
