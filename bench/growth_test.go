package bench

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// A swelling is a server whose memory jumps at first, and then grows evenly but
// for one look in five.
type swelling struct {
	begin time.Time
	looks int
	gone  bool
}

func (*swelling) addr() string { return "" }
func (*swelling) Close() error { return nil }

func (s *swelling) look() (look, error) {
	if s.gone {
		return look{}, errors.New("gone")
	}
	s.looks++
	since := time.Since(s.begin)
	l := look{rss: 10e6 + 5e5*since.Seconds()}
	if since < growthSettling {
		l.rss = 1e6
	}
	if s.looks%5 == 0 {
		l.rss += 3e6
	}
	return l, nil
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
				t.Errorf("a slope of %v was taken from %d looks", slope, len(g.at))
			}
		}
		var none *growth
		none.end()
		if _, ok := none.perSecond(); ok {
			t.Error("a watch that never was has a slope")
		}
	})
}
