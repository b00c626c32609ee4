package proof

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/stats"
)

// share writes a count as a share, with its exact interval of 95 %.
func share(c stats.Count) string {
	i, err := c.Share(0.95)
	if err != nil {
		return "none"
	}
	return fmt.Sprintf("%d of %d: %.0f %% [%.0f, %.0f]", c.Of, c.All, 100*i.Estimate, 100*i.Low, 100*i.High)
}

// bound writes a count with what the true share is at the most, at 95 %: the
// upper end of an interval of 90 %, which leaves out 5 % on either side.
func bound(c stats.Count) string {
	i, err := c.Share(0.90)
	if err != nil {
		return "none"
	}
	return fmt.Sprintf("%d of %d, at most %.2g %%", c.Of, c.All, 100*i.High)
}
