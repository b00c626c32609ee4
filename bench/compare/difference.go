package compare

import (
	"fmt"
	"math"
	"slices"

	"github.com/poolbench/poolbench/bench/stats"
)

// A Rule says when a difference is one to report.
type Rule struct {
	Confidence float64 // of intervals; one minus it is the rate of false claims among differences that are judged together
	Smallest   float64 // change to report, as a share of base: 0.01 is 1 %
}

// Verdict is what two samples allow to claim.
type Verdict string

const (
	Better       Verdict = "better"
	Worse        Verdict = "worse"
	Higher       Verdict = "higher" // and which values are better is not known
	Lower        Verdict = "lower"  // likewise
	NoDifference Verdict = "no difference found"
	Undecided    Verdict = "undecided" // the values are too few, or cannot be compared
)

// Differs tells whether a difference was found.
func (v Verdict) Differs() bool { return v != NoDifference && v != Undecided }

// A Unit is what two samples were measured in.
type Unit struct {
	Name   string
	Better string // "lower", "higher", or "" where it is not known
	Exact  bool   // values are free of noise: they are compared without a test
}

// A Difference is what one sample, head, says beside another, base.
type Difference struct {
	Unit       Unit
	Base, Head stats.Interval // medians, with the number of values
	Ratio      stats.Interval // of head to base; its estimate is NaN where some value is not positive
	Shift      stats.Interval // head minus base
	P          float64        // two-sided, of the rank-sum test; 1 where there is no test
	Adjusted   float64        // P after Holm, for all that was judged together
	Verdict    Verdict
	Reason     string // why it is undecided, or why what the test found is not reported; may be empty

	usable bool    // both samples can be compared
	flat   bool    // all values of both are equal
	fixed  bool    // the values of each are equal
	higher bool    // head ranks higher
	means  float64 // by how much the mean of head is higher
}

// Samples compares two samples of finite values. Without [Rule.Judge] it is
// judged alone.
func (r Rule) Samples(unit Unit, base, head []float64) Difference {
	none := stats.Interval{Estimate: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), Confidence: 1}
	d := Difference{Unit: unit, Base: none, Head: none, Ratio: none, Shift: none, P: 1, Adjusted: 1}
	err := d.measure(r, base, head)
	if d.usable = err == nil; !d.usable {
		d.Reason = err.Error()
	}
	r.Judge(&d)
	return d
}

// measure fills in what the samples are, but for the verdict.
func (d *Difference) measure(r Rule, base, head []float64) error {
	for _, s := range []struct {
		name   string
		values []float64
		median *stats.Interval
	}{{"base", base, &d.Base}, {"head", head, &d.Head}} {
		median, err := stats.Median(s.values, r.Confidence)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		*s.median = median
	}
	shift, err := stats.Shift(base, head, r.Confidence)
	if err != nil {
		return err
	}
	d.Shift = shift
	lowest, highest := min(slices.Min(base), slices.Min(head)), max(slices.Max(base), slices.Max(head))
	if lowest > 0 {
		ratio, err := stats.Shift(stats.Logs(base), stats.Logs(head), r.Confidence)
		if err != nil {
			return err
		}
		if ratio = ratio.Exp(); ratio.Estimate > 0 && !math.IsInf(ratio.Estimate, 1) {
			d.Ratio = ratio
		}
	}
	test, err := stats.RankSum(base, head)
	d.P, d.Adjusted, d.higher = test.TwoSided, test.TwoSided, test.Greater < test.Less
	d.flat = lowest == highest
	d.fixed = slices.Min(base) == slices.Max(base) && slices.Min(head) == slices.Max(head)
	d.means = mean(head) - mean(base)
	return err
}

func mean(values []float64) (mean float64) {
	for i, v := range values {
		mean += (v - mean) / float64(i+1)
	}
	return mean
}

// Judge gives differences their verdicts that are looked at together: all of one
// unit, such as the time of every benchmark of a file. P-values are corrected
// after Holm for their number; where no value differs from any other there is
// nothing to be wrong about, and such do not count.
func (r Rule) Judge(together ...*Difference) {
	var tested []*Difference
	var ps []float64
	for _, d := range together {
		if d.usable && !d.flat && !d.exact() {
			tested, ps = append(tested, d), append(ps, d.P)
		}
	}
	if adjusted, err := stats.Holm(ps); err == nil {
		for i, d := range tested {
			d.Adjusted = adjusted[i]
		}
	}
	for _, d := range together {
		if d.usable {
			d.Verdict, d.Reason = r.judge(d, max(1, len(tested)))
		} else {
			d.Verdict = Undecided
		}
	}
}

// exact tells whether the difference is known without a test.
func (d *Difference) exact() bool { return d.Unit.Exact && d.fixed }

// judge returns the verdict on one of so many differences.
func (r Rule) judge(d *Difference, tests int) (Verdict, string) {
	found := d.Adjusted <= 1-r.Confidence || d.exact() && !d.flat
	switch {
	case !found && !d.exact() && !r.enough(d.Base.N, d.Head.N, tests):
		n := 1
		for !r.enough(n, n, tests) {
			n++
		}
		return Undecided, fmt.Sprintf("%d and %d values are too few: it takes %d of each", d.Base.N, d.Head.N, n)
	case !found:
		return NoDifference, ""
	case r.small(d):
		return NoDifference, fmt.Sprintf("the change is of %.3g %% at most, too small to report", 100*r.Smallest)
	}
	switch [2]string{d.Unit.Better, map[bool]string{true: "higher", false: "lower"}[d.higher]} {
	case [2]string{"higher", "higher"}, [2]string{"lower", "lower"}:
		return Better, ""
	case [2]string{"higher", "lower"}, [2]string{"lower", "higher"}:
		return Worse, ""
	}
	if d.higher {
		return Higher, ""
	}
	return Lower, ""
}

// small tells whether a change is too small to report. Where most values are the
// same before and after, so that the typical difference is none, the means say
// how large it is.
func (r Rule) small(d *Difference) bool {
	positive := !math.IsNaN(d.Ratio.Estimate)
	switch {
	case positive && d.Ratio.Estimate != 1:
		return math.Abs(math.Log(d.Ratio.Estimate)) <= math.Log1p(r.Smallest)
	case !positive && d.Shift.Estimate != 0:
		return math.Abs(d.Shift.Estimate) <= r.Smallest*math.Abs(d.Base.Estimate)
	}
	return math.Abs(d.means) <= r.Smallest*math.Abs(d.Base.Estimate)
}

// enough tells whether so many values can show a difference among so many tests:
// whether the least p-value that a rank-sum test can give passes.
func (r Rule) enough(m, n, tests int) bool {
	p := 2 * float64(tests)
	for i := 1; i <= m; i++ {
		p *= float64(i) / float64(n+i)
	}
	return p <= 1-r.Confidence
}
