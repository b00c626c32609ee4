package stats

import "math"

// NormalTail returns the probability that a standard normal value exceeds z.
func NormalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// NormalTailQuantile returns the z that a standard normal value exceeds with
// probability p.
func NormalTailQuantile(p float64) float64 { return math.Sqrt2 * math.Erfcinv(2*p) }
