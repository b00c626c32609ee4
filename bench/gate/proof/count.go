package proof

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/stats"
)

// A Count is so many of so many.
type Count struct{ Of, All int }

func (c *Count) add(hit bool) {
	c.All++
	if hit {
		c.Of++
	}
}

// share is the count as a share, with its exact interval of 95 %.
func (c Count) share() string {
	i, err := stats.ClopperPearson(c.Of, c.All, 0.95)
	if err != nil {
		return "none"
	}
	return fmt.Sprintf("%d of %d: %.0f %% [%.0f, %.0f]", c.Of, c.All, 100*i.Estimate, 100*i.Low, 100*i.High)
}

// bound is the count with what the true share is at the most, at 95 %: the upper
// end of an interval of 90 %, which leaves out 5 % on either side.
func (c Count) bound() string {
	i, err := stats.ClopperPearson(c.Of, c.All, 0.90)
	if err != nil {
		return "none"
	}
	return fmt.Sprintf("%d of %d, at most %.2g %%", c.Of, c.All, 100*i.High)
}
