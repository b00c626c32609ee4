package proof

import (
	"fmt"
	"math/rand/v2"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/stats"
)

// CheckLayouts returns the share of the variance of pairs that is due to their
// layouts: by how much more alike two pairs of a benchmark are when both sides had the
// same layouts than when they had others. It is why tests count layouts and not
// pairs. The interval, of 95 %, is a bootstrap's over the benchmarks.
func CheckLayouts(gates []Gate) (stats.Interval, error) {
	var products []likeness
	for _, a := range arms(gates) {
		for _, stage := range [][]*gate.Pair{a.Screen, a.Confirm} {
			if l, ok := alike(stage); ok {
				products = append(products, l)
			}
		}
	}
	return resample(products)
}

// A likeness sums up products of the deviations of two pairs.
type likeness struct {
	shared, apart   float64
	nShared, nApart int
}

// alike compares all pairs of one arm and stage, or says that there is nothing
// to compare.
func alike(pairs []*gate.Pair) (l likeness, ok bool) {
	d := values(pairs, nsPerOp)
	if len(d) != len(pairs) || len(d) < 3 {
		return l, false
	}
	sd, err := stats.StandardDeviation(d)
	if err != nil || sd == 0 {
		return l, false
	}
	mean := 0.0
	for _, v := range d {
		mean += v / float64(len(d))
	}
	for i, p := range pairs {
		for k, q := range pairs[:i] {
			product := (d[i] - mean) * (d[k] - mean) / (sd * sd)
			if p.Layouts == q.Layouts {
				l.shared += product
				l.nShared++
			} else {
				l.apart += product
				l.nApart++
			}
		}
	}
	return l, true
}

func resample(all []likeness) (stats.Interval, error) {
	index := make([]float64, len(all))
	for i := range index {
		index[i] = float64(i)
	}
	return stats.Bootstrap(rand.New(rand.NewPCG(3, 4)), [][]float64{index}, 1000, 0.95, func(samples [][]float64) (float64, error) {
		var sum likeness
		for _, at := range samples[0] {
			l := all[int(at)]
			sum.shared += l.shared
			sum.apart += l.apart
			sum.nShared += l.nShared
			sum.nApart += l.nApart
		}
		if sum.nShared == 0 || sum.nApart == 0 {
			return 0, fmt.Errorf("no two pairs share a layout")
		}
		return sum.shared/float64(sum.nShared) - sum.apart/float64(sum.nApart), nil
	})
}
