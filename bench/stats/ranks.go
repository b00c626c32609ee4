package stats

import "slices"

// doubledRanks returns twice the rank of each value, counted from the smallest.
// Equal values share the mean of the ranks they take up; doubled, that
// mid-rank is a whole number, and sums of ranks can be counted exactly.
func doubledRanks(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return 0
	})
	ranks := make([]int, len(x))
	for first := 0; first < len(order); {
		next := first + 1
		for next < len(order) && x[order[next]] == x[order[first]] {
			next++
		}
		for _, i := range order[first:next] {
			ranks[i] = first + 1 + next // twice the mean of first+1 ... next
		}
		first = next
	}
	return ranks
}

// distribution is the probability of each whole-numbered outcome, from 0 on.
type distribution []float64

// tails returns the probabilities of an outcome of at most k, and of at least k.
func (d distribution) tails(k int) (atMost, atLeast float64) {
	for i, p := range d {
		if i <= k {
			atMost += p
		}
		if i >= k {
			atLeast += p
		}
	}
	return min(1, atMost), min(1, atLeast)
}

// depth returns how many of the smallest outcomes have together a probability
// of at most tail, and that probability. So many sorted values an interval may
// leave out at either end.
func (d distribution) depth(tail float64) (outcomes int, probability float64) {
	for i, p := range d {
		if exceeds(probability+p, tail) {
			return i, probability
		}
		probability += p
	}
	return len(d), probability
}

// exceeds compares probabilities with room for rounding, so that a confidence
// which the outcomes attain exactly, 1-2/32 say, is granted.
func exceeds(p, limit float64) bool {
	return p > limit*(1+1e-12)
}
