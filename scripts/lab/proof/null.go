package proof

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/stats"
)

// firstLook is how many pairs the screen has when it looks first.
const firstLook = 8

// A Null holds the p-values of first looks at identical builds against the
// distribution that they must have: every pattern of signs of the pairs as
// probable as any other.
type Null struct {
	Seen      []int     // by the sum of the ranks of positive values
	Expected  []float64 // shares of those sums
	Total     int
	LeftOut   int // looks at fewer pairs, or with a zero or a tie
	ChiSquare float64
	P         float64 // of so large a chi-square, from simulated counts
}

// CheckNull compares them over all arms of gates of identical builds.
func CheckNull(gates []Gate) (Null, error) {
	n := Null{Expected: signedRankNull(firstLook)}
	n.Seen = make([]int, len(n.Expected))
	for _, a := range arms(gates) {
		d := values(a.Screen, nsPerOp)
		if len(d) < firstLook {
			n.LeftOut++
			continue
		}
		test, err := stats.SignedRank(d[:firstLook])
		if err != nil {
			return n, fmt.Errorf("test %s: %w", a.Benchmark.Title(), err)
		}
		if sum := int(test.Statistic); test.N == firstLook && float64(sum) == test.Statistic {
			n.Seen[sum]++
			n.Total++
		} else {
			n.LeftOut++
		}
	}
	n.ChiSquare = chiSquare(n.Seen, n.Expected, n.Total)
	n.P = simulatedP(n.ChiSquare, n.Expected, n.Total)
	return n, nil
}

// signedRankNull returns the probability of each sum of ranks of n pairs.
func signedRankNull(n int) []float64 {
	p := []float64{1}
	for rank := 1; rank <= n; rank++ {
		next := make([]float64, len(p)+rank)
		for sum, q := range p {
			next[sum] += q / 2
			next[sum+rank] += q / 2
		}
		p = next
	}
	return p
}

func chiSquare(seen []int, expected []float64, total int) (x float64) {
	for i, share := range expected {
		e := share * float64(total)
		if e > 0 {
			x += (float64(seen[i]) - e) * (float64(seen[i]) - e) / e
		}
	}
	return x
}

// simulatedP is how often counts drawn from the distribution itself are as far
// from it. Some sums are expected fewer than five times, where the table of the
// chi-square distribution would not do.
func simulatedP(x float64, expected []float64, total int) float64 {
	const draws = 5000
	rng := rand.New(rand.NewPCG(1, 2))
	cumulated := make([]float64, len(expected))
	sum := 0.0
	for i, share := range expected {
		sum += share
		cumulated[i] = sum
	}
	as := 1 // what was seen is one draw too
	for range draws {
		seen := make([]int, len(expected))
		for range total {
			i, _ := slices.BinarySearch(cumulated, rng.Float64())
			seen[min(i, len(seen)-1)]++
		}
		if chiSquare(seen, expected, total) >= x {
			as++
		}
	}
	return float64(as) / (draws + 1)
}

// below returns how many looks had a one-sided p-value of so much or less, and
// the probability of that.
func (n Null) below(alpha float64, slower bool) (seen int, level float64) {
	most := len(n.Expected) - 1
	for k := range n.Expected {
		sum := k
		if slower {
			sum = most - k
		}
		if level+n.Expected[sum] > alpha {
			break
		}
		level += n.Expected[sum]
		seen += n.Seen[sum]
	}
	return seen, level
}

// Markdown is a table of how often p-values fall below what.
func (n Null) Markdown() string {
	var rows [][]string
	for _, alpha := range []float64{0.005, 0.01, 0.05, 0.10, 0.25, 0.50} {
		row := []string{}
		for _, slower := range []bool{true, false} {
			seen, level := n.below(alpha, slower)
			if slower {
				row = append(row, fmt.Sprintf("%.4f", level))
			}
			row = append(row, share(stats.Count{Of: seen, All: n.Total}))
		}
		rows = append(rows, row)
	}
	return table([]string{"p at most", "head slower", "head faster"}, rows) +
		fmt.Sprintf("\nOver all %d sums that %d pairs can have: chi-square %.1f, p = %.2f, of %d looks under %s and %s (%d left out: fewer pairs, or a tie).\n",
			len(n.Expected), firstLook, n.ChiSquare, n.P, n.Total, scheduler.RoundRobin, scheduler.Normal, n.LeftOut)
}
