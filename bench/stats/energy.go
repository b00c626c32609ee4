package stats

import (
	"math"
	"math/rand/v2"
)

// A split is the place that divides a segment best.
type split struct {
	index  int     // of the first value after it
	energy float64 // the scaled energy distance between the sides
}

// A splitter finds splits. It keeps its working memory, because it is asked for
// thousands of permutations.
type splitter struct {
	shortest int
	cross    []float64 // distances between the two sides, by place
	within   []float64 // distances inside the first n values, through n-1
	share    []float64 // 1/n
	shuffled []float64
}

func newSplitter(shortest, n int) *splitter {
	share := make([]float64, n+1)
	for i := 1; i <= n; i++ {
		share[i] = 1 / float64(i)
	}
	return &splitter{shortest, make([]float64, n+1), make([]float64, n+1), share, make([]float64, n)}
}

// best returns the best split of all segments of x.
func (s *splitter) best(x []float64, bounds []int) split {
	best := split{index: -1, energy: math.Inf(-1)}
	for i, end := range bounds[1:] {
		start := bounds[i]
		if found := s.split(x[start:end]); found.energy > best.energy {
			best = split{start + found.index, found.energy}
		}
	}
	return best
}

// split returns the place t in a segment and, implicitly, the end k of a stretch
// after it, for which the energy distance between the values [0, t) and [t, k)
// is greatest, scaled by t(k-t)/k:
//
//	2·mean|x-y| - mean|x-x'| - mean|y-y'|
//
// The means of distances on one side leave out those of a value to itself. One
// pass for each k adds the distances of the value k-1 to all before it.
func (s *splitter) split(x []float64) split {
	best := split{index: -1, energy: math.Inf(-1)}
	if len(x) < 2*s.shortest {
		return best
	}
	cross, within, share := s.cross[:len(x)+1], s.within[:len(x)+1], s.share[:len(x)+1]
	clear(cross)
	total := 0.0
	for k := 1; k <= len(x); k++ {
		last, toAll := x[k-1], 0.0
		for t, v := range x[:k-1] {
			toAll += math.Abs(v - last)
			cross[t+1] += toAll
		}
		total += toAll
		if k > 1 {
			within[k] = total * share[k-1]
		}

		// With n = t values before and m = k-t after it, the energy is 2/k times
		// cross - first·m/(n-1) - second·n/(m-1), first and second being the
		// distances inside the two sides.
		top := math.Inf(-1)
		at := -1
		for t := s.shortest; t <= k-s.shortest; t++ {
			n, apart := float64(t), cross[t]
			second := total - within[t]*(n-1) - apart
			if e := apart - within[t]*float64(k-t) - second*n*share[k-t-1]; e > top {
				top, at = e, t
			}
		}
		if energy := 2 * share[k] * top; energy > best.energy {
			best = split{at, energy}
		}
	}
	return best
}

// enough is how many permutations as good as what was found make it clear that
// chance explains it.
const enough = 20

// chance returns the probability that values in random order within their
// segments have a split with at least that energy: (1+b)/(1+r) for b of r
// permutations, the observed order counted as one. When b reaches enough, b/r
// has the same distribution under the hypothesis, and the rest is not drawn.
func (s *splitter) chance(rng *rand.Rand, x []float64, bounds []int, energy float64, o Segmentation) float64 {
	as := energy * (1 - 1e-9) // sums in another order may differ in their last bits
	good := 0
	copy(s.shuffled, x)
	for r := 1; r <= o.Permutations; r++ {
		for i, end := range bounds[1:] {
			segment := s.shuffled[bounds[i]:end]
			rng.Shuffle(len(segment), func(a, b int) { segment[a], segment[b] = segment[b], segment[a] })
		}
		if s.best(s.shuffled, bounds).energy >= as {
			if good++; good == max(enough, int(2*o.Level*float64(o.Permutations+1))) {
				return float64(good) / float64(r)
			}
		}
	}
	return float64(1+good) / float64(1+o.Permutations)
}
