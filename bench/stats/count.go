package stats

// A Count is how many of all tries did something.
type Count struct{ Of, All int }

// Add counts one try more.
func (c *Count) Add(did bool) {
	c.All++
	if did {
		c.Of++
	}
}

// Share is the count as a share of all, with its exact interval; see
// [ClopperPearson].
func (c Count) Share(confidence float64) (Interval, error) {
	return ClopperPearson(c.Of, c.All, confidence)
}
