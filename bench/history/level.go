package history

import "github.com/poolbench/poolbench/bench/stats"

// A level is a stretch of a series in which nothing changed.
type level struct {
	from, to int     // builds, to not included
	value    float64 // the median of them
}

// levels are the stretches between the changes, from the first build that was
// searched on.
func (f Finding) levels() (out []level) {
	ends := make([]int, 0, len(f.Changes)+1)
	for _, c := range f.Changes {
		ends = append(ends, c.At)
	}
	from := f.Start
	for _, to := range append(ends, len(f.Builds)) {
		values := make([]float64, 0, to-from)
		for _, b := range f.Builds[from:to] {
			values = append(values, b.Value)
		}
		middle, _ := stats.Quantile(values, 0.5) // of finite values, one at least
		out = append(out, level{from, to, middle})
		from = to
	}
	return out
}
