package experiment

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/poolbench/poolbench/bench/stats"
)

// Exchanges lets the sides take n turns each. In every exchange each side
// takes one, in an order drawn from rng. The result is turns[side][exchange].
//
// A side that fails drops out: its turns are nil and errs[side] says why. The
// others go on.
func Exchanges(rng *rand.Rand, sides []Side, n int) (turns [][]Turn, errs []error) {
	turns, errs = make([][]Turn, len(sides)), make([]error, len(sides))
	for exchange := range n {
		for _, i := range rng.Perm(len(sides)) {
			if errs[i] != nil {
				continue
			}
			turn, err := sides[i].Turn()
			if err == nil && (turn.Ops <= 0 || turn.Wall < 0) {
				err = fmt.Errorf("invalid turn: %d ops in %v", turn.Ops, turn.Wall)
			}
			if err != nil {
				turns[i], errs[i] = nil, fmt.Errorf("exchange %d of %d: %w", exchange+1, n, err)
				continue
			}
			turns[i] = append(turns[i], turn)
		}
	}
	return turns, errs
}

// Ratio is the value of one process: how many times as much a side needed as
// the reference did, as the median over the exchanges of the log-ratio. The
// median of ratios is steadier here than the ratio of medians by 1.6 and than
// the ratio of means by 2. It is NaN when there is nothing to compare.
func Ratio(side, reference []Turn, of func(Turn) float64) float64 {
	var logs []float64
	for k := range min(len(side), len(reference)) {
		if d := math.Log(of(side[k]) / of(reference[k])); !math.IsNaN(d) && !math.IsInf(d, 0) {
			logs = append(logs, d)
		}
	}
	if len(logs) == 0 {
		return math.NaN()
	}
	return math.Exp(median(logs))
}

// Median is a side's own value in one process, NaN when it took no turn.
func Median(side []Turn, of func(Turn) float64) float64 {
	values := make([]float64, len(side))
	for k, turn := range side {
		values[k] = of(turn)
	}
	if len(values) == 0 {
		return math.NaN()
	}
	return median(values)
}

// Medians are a side's own values in one process, by unit: each is the median
// over the turns that have it.
func Medians(turns []Turn) map[string]float64 {
	of := make(map[string][]float64)
	for _, t := range turns {
		for unit, value := range t.Values {
			of[unit] = append(of[unit], value)
		}
	}
	medians := make(map[string]float64)
	for unit, values := range of {
		medians[unit] = median(values)
	}
	return medians
}

// median returns the median of finite values, of which there is at least one.
func median(values []float64) float64 {
	m, err := stats.Quantile(values, 0.5)
	if err != nil {
		return math.NaN()
	}
	return m
}
