package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Latency is the distribution of one of the three times of a run's requests.
type Latency struct {
	Count int64         `json:"count"`
	Mean  time.Duration `json:"mean_ns"`
	P50   time.Duration `json:"p50_ns,omitempty"`
	P90   time.Duration `json:"p90_ns,omitempty"` // 0 and left out where too few requests lie beyond, as the next two
	P99   time.Duration `json:"p99_ns,omitempty"`
	P999  time.Duration `json:"p99.9_ns,omitempty"`
	Max   time.Duration `json:"max_ns"`

	// Histogram has every request, from 1 ns to an hour with three digits.
	Histogram *hdrhistogram.Histogram `json:"-"`
}

func newLatency(h *hdrhistogram.Histogram) Latency {
	l := Latency{Count: h.TotalCount(), Histogram: h}
	if l.Count == 0 {
		return l
	}
	l.Mean, l.Max = time.Duration(h.Mean()), time.Duration(h.Max())
	l.P50, _ = l.Quantile(0.50)
	l.P90, _ = l.Quantile(0.90)
	l.P99, _ = l.Quantile(0.99)
	l.P999, _ = l.Quantile(0.999)
	return l
}

// Quantile returns the time within which the share q of the requests fell, and
// false where fewer than a hundred requests lie beyond it: a figure that the
// next run would not repeat.
func (l Latency) Quantile(q float64) (time.Duration, bool) {
	if !claimable(q, l.Count) {
		return 0, false
	}
	return time.Duration(l.Histogram.ValueAtQuantile(100 * q)), true
}
