package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// A Change is a place in a series at which its level moves.
type Change struct {
	// Index is that of the first value of the new level.
	Index int

	// First and Last bound the indices at which the new level may have begun,
	// with a confidence of some 95 %. Index is one of them.
	First, Last int

	// P is the probability that a series without this change shows one at
	// least as clear, wherever it stands.
	P float64

	// Shift is by how much the values up to the next change lie above those
	// since the one before: [Shift] of the two, at 95 %. Its interval does not
	// know that the place was chosen for its difference, and errs on the
	// narrow side.
	Shift Interval
}

// Segmentation says which changes of a series [Changes] is to find.
type Segmentation struct {
	// Shortest is how many values a level holds at the least, 2 or more. What
	// is over sooner is an outlier.
	Shortest int

	// Smallest is the least distance between two levels, in the unit of the
	// values.
	Smallest float64

	// Level is the probability of finding any change in a series that has
	// none: in one whose values might as well have come in any other order.
	Level float64

	// Permutations is how often a series is put into another order to see what
	// chance does, 1/Level - 1 or more. A series without changes takes far
	// fewer.
	Permutations int
}

// Changes finds the places at which the level of the series x moves, in
// ascending order. It is E-divisive: the place that divides a segment best is
// the one with the greatest energy distance between what lies before it in the
// segment and some stretch after it; the best place of all segments counts as a
// change if few random orders of the values within their segments have one as
// good; then it divides its segment, and the search goes on. Last, changes are
// taken back, the least first, and their segments joined: those by less than the
// smallest, and those with a level that fewer values than the shortest are
// closer to than to the level beside it, because they are outliers. The seed of rng decides the result, which is the same on every
// machine.
//
// The energy distance sees any difference between distributions, but the last
// step keeps only those of level. A series of n values in which one change is in
// the middle cannot show it at a level below 2/C(n, n/2): that takes 10 values
// at 1 %, 17 at 0.01 %. Values that depend on their neighbours, as those of a
// machine that drifts do, break the premise and make more false changes than
// Level says.
//
// Cost: n²/2 steps of some 3 ns for each permutation, and as many again for each
// change found: for a series of 200, a level of 1/1000 and 1999 permutations 0.01 s
// without a change, 0.2 s with one.
//
// Source: Matteson, James, A nonparametric approach for multiple change point
// analysis of multivariate data, Journal of the American Statistical
// Association 109 (2014), with α = 1; the joining of segments: Fleming et al.,
// Hunter, ICPE 2023; ending the permutations early: Besag, Clifford, Sequential
// Monte Carlo p-values, Biometrika 78 (1991).
func Changes(rng *rand.Rand, x []float64, s Segmentation) ([]Change, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	if err := finiteSample(x); err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	scaled, exponent := scale(x)
	smallest := math.Ldexp(s.Smallest, -exponent)
	bounds, p := divide(rng, scaled, s)

	for {
		changes, err := describe(scaled, bounds, p)
		if err != nil {
			return nil, fmt.Errorf("changes: %w", err)
		}
		least, by := -1, smallest
		for i, c := range changes {
			distance := math.Abs(c.Shift.Estimate)
			if !holds(scaled, bounds[i:i+3], s.Shortest) {
				distance = -1
			}
			if distance < by {
				least, by = i, distance
			}
		}
		if least < 0 {
			for i := range changes {
				changes[i].Shift = changes[i].Shift.scaled(exponent)
			}
			return changes, nil
		}
		delete(p, bounds[least+1])
		bounds = slices.Delete(bounds, least+1, least+2)
	}
}

func (s Segmentation) check() error {
	if s.Shortest < 2 {
		return fmt.Errorf("the shortest level is %d values, want 2 or more", s.Shortest)
	}
	if !(s.Smallest >= 0) || math.IsInf(s.Smallest, 1) {
		return fmt.Errorf("the smallest change is %v, want a finite number of at least 0", s.Smallest)
	}
	if err := openUnit("level", s.Level); err != nil {
		return err
	}
	if exceeds(1/float64(s.Permutations+1), s.Level) || s.Permutations < 1 {
		return fmt.Errorf("%d permutations cannot reach a level of %v, want at least %.0f", s.Permutations, s.Level, math.Ceil(1/s.Level)-1)
	}
	return nil
}

// scale returns x divided by the power of two that brings every magnitude below
// 1, so that no sum of distances overflows and nothing is rounded.
func scale(x []float64) (scaled []float64, exponent int) {
	greatest := 0.0
	for _, v := range x {
		greatest = max(greatest, math.Abs(v))
	}
	_, exponent = math.Frexp(greatest)
	scaled = make([]float64, len(x))
	for i, v := range x {
		scaled[i] = math.Ldexp(v, -exponent)
	}
	return scaled, exponent
}

// divide returns the bounds of the segments, both ends included, and the p-value
// of each bound inside.
func divide(rng *rand.Rand, x []float64, s Segmentation) (bounds []int, p map[int]float64) {
	bounds, p = []int{0, len(x)}, make(map[int]float64)
	found := newSplitter(s.Shortest, len(x))
	for {
		best := found.best(x, bounds)
		if best.energy <= 0 {
			return bounds, p
		}
		chance := found.chance(rng, x, bounds, best.energy, s)
		if chance > s.Level {
			return bounds, p
		}
		p[best.index] = chance
		bounds = append(bounds, best.index)
		slices.Sort(bounds)
	}
}

// describe measures the changes at the bounds between segments.
func describe(x []float64, bounds []int, p map[int]float64) ([]Change, error) {
	var changes []Change
	for i := 1; i < len(bounds)-1; i++ {
		before, at, end := bounds[i-1], bounds[i], bounds[i+1]
		shift, err := Shift(x[before:at], x[at:end], 0.95)
		if err != nil {
			return nil, err
		}
		first, last := changeRange(x[before:end], at-before)
		changes = append(changes, Change{Index: at, First: before + first, Last: before + last, P: p[at], Shift: shift})
	}
	return changes, nil
}

// holds says whether each of two segments, given by their bounds, has so many
// values that are closer to its median than to that of the other.
func holds(x []float64, bounds []int, shortest int) bool {
	before, after := x[bounds[0]:bounds[1]], x[bounds[1]:bounds[2]]
	middle := (middleOf(before) + middleOf(after)) / 2
	up := middleOf(before) < middleOf(after)
	belonging := func(values []float64, above bool) (n int) {
		for _, v := range values {
			if v != middle && v > middle == above {
				n++
			}
		}
		return n
	}
	return belonging(before, !up) >= shortest && belonging(after, up) >= shortest
}

// middleOf is the median of values that are known to be finite.
func middleOf(x []float64) float64 {
	return quantileSorted(slices.Sorted(slices.Values(x)), 0.5)
}

// scaled multiplies the estimate and the ends by a power of two.
func (i Interval) scaled(exponent int) Interval {
	i.Estimate, i.Low, i.High = math.Ldexp(i.Estimate, exponent), math.Ldexp(i.Low, exponent), math.Ldexp(i.High, exponent)
	return i
}

// Fewest returns how many values a series must have at the least to show a
// change: fewer have so few orders that chance separates the two levels more
// often than Level allows, however far apart they are.
func (s Segmentation) Fewest() int {
	for n := 2 * s.Shortest; ; n++ {
		orders := 1.0 // C(n, k), of which two separate the levels
		for k := 1; k <= n/2; k++ {
			orders = orders * float64(n+1-k) / float64(k)
		}
		if separating := 2.0; !exceeds(separating/orders, s.Level) {
			return n
		}
	}
}
