package loadtest

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
)

// A swelling is a server whose memory jumps at first, and then grows evenly but
// for one snapshot in five.
type swelling struct {
	begin time.Time
	taken int
	gone  bool
}

func (*swelling) Close() error { return nil }

func (s *swelling) Turn() (experiment.Turn, error) {
	if s.gone {
		return experiment.Turn{}, errors.New("gone")
	}
	s.taken++
	since := time.Since(s.begin)
	rss := 10e6 + 5e5*since.Seconds()
	if since < growthSettling {
		rss = 1e6
	}
	if s.taken%5 == 0 {
		rss += 3e6
	}
	return experiment.Turn{Values: map[string]float64{resident: rss}}, nil
}

func TestGrowthIsTheSlopeAfterTheFirstConnectionsHaveSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := watchGrowth(&swelling{begin: time.Now()})
		time.Sleep(300 * time.Millisecond)
		g.end()
		slope, ok := g.perSecond()
		if !ok || math.Abs(slope-5e5) > 1e3 {
			t.Errorf("the slope is %v, %v, want 500000", slope, ok)
		}
	})
}

func TestGrowthOfWhatWasHardlySeenIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range []*swelling{{begin: time.Now(), gone: true}, {begin: time.Now()}} {
			g := watchGrowth(s)
			time.Sleep(growthSettling + 3*growthEvery)
			g.end()
			if slope, ok := g.perSecond(); ok {
				t.Errorf("a slope of %v was taken from %d snapshots", slope, len(g.at))
			}
		}
		var none *growth
		none.end()
		if _, ok := none.perSecond(); ok {
			t.Error("a watch that never was has a slope")
		}
	})
}
