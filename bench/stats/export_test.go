package stats

// Split is the first step of Changes: the best place to divide x, and its
// energy.
func Split(x []float64, shortest int) (index int, energy float64) {
	found := newSplitter(shortest, len(x)).split(x)
	return found.index, found.energy
}
