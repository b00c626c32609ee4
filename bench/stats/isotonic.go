package stats

import "fmt"

// Isotonic returns the non-decreasing sequence closest to y in least squares:
// wherever y falls, pool-adjacent-violators replaces the run by its mean. A
// sequence that does not fall comes back as it is.
//
// Source: Ayer, Brunk, Ewing, Reid, Silverman, An empirical distribution
// function for sampling with incomplete information, Annals of Mathematical
// Statistics 26 (1955); Barlow et al., Statistical Inference under Order
// Restrictions (1972).
func Isotonic(y []float64) ([]float64, error) {
	if err := finiteSample(y); err != nil {
		return nil, fmt.Errorf("isotonic regression: %w", err)
	}
	type run struct {
		mean float64
		n    int
	}
	var runs []run
	for _, v := range y {
		last := run{v, 1}
		for len(runs) > 0 && runs[len(runs)-1].mean > last.mean {
			before := runs[len(runs)-1]
			n := before.n + last.n
			share := float64(last.n) / float64(n)
			last = run{(1-share)*before.mean + share*last.mean, n}
			runs = runs[:len(runs)-1]
		}
		runs = append(runs, last)
	}
	fit := make([]float64, 0, len(y))
	for _, r := range runs {
		for range r.n {
			fit = append(fit, r.mean)
		}
	}
	return fit, nil
}
