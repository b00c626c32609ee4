package bench

import (
	"math"
	"slices"
	"testing"
	"time"
)

// processesFor is how many processes of each cell a group needs for a verdict
// on all of its contenders: six for an interval; where the control is there,
// and so ratios are judged, as many as a signed-rank test takes at 5 % after
// Holm's correction.
func processesFor(g PlannedGroup) int {
	if g.Slug == GroupEchoFailure.Slug {
		return 1 // it counts what is lost
	}
	compared := 0
	for _, c := range g.Cells {
		if !slices.Contains([]string{Reference, Control, Loop}, c.Strategy) {
			compared++
		}
	}
	if !slices.ContainsFunc(g.Cells, isControl) || g.Cells[0].Measure == Latency || g.Group == GroupEchoOverload200 {
		return 6
	}
	return max(6, int(math.Ceil(math.Log2(2*float64(compared)/0.05))))
}

func TestTheShortestProfileHasTimeForAVerdictOnEverything(t *testing.T) {
	const begun = 3 * time.Second // calibrating before, and writing the report after
	for _, row := range []struct {
		what   string
		groups []PlannedGroup
		budget time.Duration
		took   time.Duration
	}{
		{"fan-outs", taskGroups(Quick, whole), Quick.Time, 0},
		{"servers", traffics(Quick, whole), Quick.Traffic, probesCost},
	} {
		for _, g := range row.groups {
			blocks := processesFor(g)
			if g.MostBlock > 0 && g.MostBlock < blocks {
				t.Errorf("%s ends after %d blocks, and a verdict takes %d", g.Slug, g.MostBlock, blocks)
			}
			row.took += time.Duration(blocks) * g.session(false)
		}
		if row.took > row.budget {
			t.Errorf("a verdict on all %s takes %v, and %v are planned", row.what, row.took, row.budget)
		}
	}
	if total := Quick.Time + Quick.Traffic + begun; total > 150*time.Second {
		t.Errorf("the profile takes %v", total)
	}
}
