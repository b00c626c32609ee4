package stats

import "math"

// normalUpper returns the probability that a standard normal value exceeds z.
func normalUpper(z float64) float64 {
	return math.Erfc(z/math.Sqrt2) / 2
}

// normalQuantile returns the z that a standard normal value stays below with
// probability p.
func normalQuantile(p float64) float64 {
	return -math.Sqrt2 * math.Erfcinv(2*p)
}
