package claim

import (
	"fmt"
	"math"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// about stands before a figure that rests on too few processes for an interval.
const about = "about "

// Figure is the estimate alone: "1.20 us", or of a ratio what it means, "11.0x
// faster". Without an interval it begins with "about".
func (c *Claim) Figure() string {
	text, after := c.words()
	estimate, _, _ := strings.Cut(text, " [")
	return estimate + after
}

// Range is the interval alone: "[10.4, 12.0]"; "" where there is none.
func (c *Claim) Range() string {
	text, _ := c.words()
	if _, ends, bounded := strings.Cut(text, " ["); bounded {
		return "[" + ends
	}
	return ""
}

// String is the claim's value with its interval, as sentences have it: "1.20 us
// [1.10 us, 1.32 us]", "11.0x [10.4, 12.0] faster", "not measured".
func (c *Claim) String() string {
	text, after := c.words()
	return text + after
}

// Multiple is a ratio without the word that says which way it goes, "11.0x
// [10.4, 12.0]", for lists whose first member has that word.
func (c *Claim) Multiple() string {
	text, _ := c.words()
	return text
}

// What says what the claim's figure is of, after it: "than go f(), with pond"
// after "2.80x faster", "CPU time than go f(), with pond" after "1.20x less", and
// "time to submit, with pond" after "57.3 ns".
func (c *Claim) What() string {
	what, _, _ := strings.Cut(Title(c.Unit), ", to ")
	switch {
	case !c.Compared():
		what = Title(c.Unit)
	case isTime(c.Unit):
		what = "than " + c.Baseline.Name // "faster" says of what
	default:
		what += " than " + c.Baseline.Name
	}
	return what + ", with " + c.Name
}

// isTime says whether less of a unit is called faster.
func isTime(unit string) bool { return unit == results.XRef || unit == results.NsPerTask }

// words are the claim's value with its interval, and the word for its direction.
// Of a ratio below one the inverse is written, because "11.0x faster" is read at
// first sight and "0.091x" is not.
func (c *Claim) words() (text, after string) {
	switch {
	case c == nil || !Known(c.Value):
		return "not measured", ""
	case !c.Compared():
		return Quantity(c.Value, func(v float64) string { return Write(c.Unit, v) }), ""
	}
	less, more := " less", " more"
	switch {
	case isTime(c.Unit):
		less, more = " faster", " slower"
	case MoreIsBetter(c.Unit):
		less, more = " lower", " higher"
	}
	if c.Value.Estimate < 1 {
		return Times(Inverse(c.Value)), less
	}
	return Times(c.Value), more
}

// Inverse is one over a ratio, with its interval.
func Inverse(i stats.Interval) stats.Interval {
	low, high := 1/i.High, 1/i.Low
	if math.IsInf(i.High, 0) {
		low = 0
	}
	i.Estimate, i.Low, i.High = 1/i.Estimate, low, high
	return i
}

// Times writes a ratio as a multiple with its interval: "0.21x [0.19, 0.24]", or
// "about 0.21x" where too few processes were measured for one.
func Times(i stats.Interval) string {
	switch {
	case !Known(i):
		return "not measured"
	case !Bounded(i):
		return about + Ratio(i.Estimate) + "x"
	}
	return fmt.Sprintf("%sx [%s, %s]", Ratio(i.Estimate), Ratio(i.Low), Ratio(i.High))
}

// Quantity writes a value with its interval, each as write does: "45.2 ns [44.0
// ns, 47.1 ns]", or "about 45.2 ns" where there is none.
func Quantity(i stats.Interval, write func(float64) string) string {
	switch {
	case !Known(i):
		return "not measured"
	case !Bounded(i):
		return about + write(i.Estimate)
	}
	return fmt.Sprintf("%s [%s, %s]", write(i.Estimate), write(i.Low), write(i.High))
}

// Short is the claim as a cell of a table: of a ratio the multiple, half the
// width of its interval and a mark, "0.21 +-7% =", of another figure the
// estimate alone. The marks are explained by [MarksNote].
func (c *Claim) Short() string {
	switch {
	case c == nil || !Known(c.Value):
		return "-"
	case !c.Compared():
		return Write(c.Unit, c.Value.Estimate)
	case c.Cell != nil && c.Cell == c.Baseline.Cell || c.Value.Low == 1 && c.Value.High == 1:
		return "1" // the baseline itself
	case !Bounded(c.Value):
		return Ratio(c.Value.Estimate) + " ?"
	}
	return fmt.Sprintf("%s +-%s%s", Ratio(c.Value.Estimate), halfWidth(c.Value), Mark(c.Verdict))
}

// MarksNote explains the marks in tables.
var MarksNote = fmt.Sprintf("= means that no difference was found that is larger than the control's and than %.0f %%, "+
	"? that too little was measured to find one.", 100*Negligible)

// halfWidth writes half the width of a ratio's interval, which is even on the
// scale of logarithms.
func halfWidth(i stats.Interval) string {
	half := math.Expm1((math.Log(i.High) - math.Log(i.Low)) / 2)
	switch {
	case !(half < 10):
		return "1000%"
	case half > 0 && half < 0.005: // as a whole number it would be none
		return fmt.Sprintf("%.1f%%", 100*half)
	}
	return fmt.Sprintf("%.0f%%", 100*half)
}

// Mark is what stands after a ratio that claims no difference: see [MarksNote].
func Mark(v Verdict) string { return map[Verdict]string{Tied: " =", Undecided: " ?"}[v] }
