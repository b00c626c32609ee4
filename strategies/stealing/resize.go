package stealing

import "fmt"

// Resize sets the limit and returns at once: it holds for every task that
// starts from now on. Running tasks go on; where they are more than a lower
// limit allows, none starts until they are fewer. Resize panics if limit is
// less than 1.
func (p *Pool) Resize(limit int) {
	if limit < 1 {
		panic(fmt.Sprintf("stealing: Resize(%d): the limit must be at least 1", limit))
	}
	p.places.resize(limit)
}
