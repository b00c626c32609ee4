//go:build go1.25

package stealing_test

import (
	"testing"
	"testing/synctest"

	"github.com/poolbench/poolbench/strategies/stealing"
)

func TestANewLimitHoldsForEveryTaskThatStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := stealing.New(2)
		gate := make(chan struct{})
		var m meter
		for range 40 {
			p.Go(func() {
				m.enter()
				<-gate
				m.leave()
			})
		}
		runs := func(want int64) {
			t.Helper()
			synctest.Wait()
			if got := m.running.Load(); got != want {
				t.Fatalf("%d tasks run, want %d", got, want)
			}
		}
		runs(2)
		p.Resize(5)
		runs(5)
		p.Resize(2) // nobody is stopped, but nobody starts
		runs(5)
		for _, want := range []int64{4, 3, 2, 2, 2} {
			gate <- struct{}{}
			runs(want)
		}
		p.Resize(1)
		gate <- struct{}{}
		runs(1)
		p.Resize(8)
		runs(8)
		close(gate)
		p.Close()
	})
}

func TestALowerLimitHoldsForShortTasksInBatches(t *testing.T) {
	for range 50 {
		p := stealing.New(8)
		var before, after meter
		for range 500 {
			p.Go(func() {
				before.enter()
				before.leave()
			})
		}
		p.Resize(1)
		// These are submitted when the new limit holds.
		for range 500 {
			p.Go(func() {
				after.enter()
				after.leave()
			})
		}
		finishes(t, func() { p.Close() })
		if peak := after.peak.Load(); peak > 1 {
			t.Fatalf("%d tasks ran at once after Resize(1)", peak)
		}
		if n := before.ran.Load() + after.ran.Load(); n != 1000 {
			t.Fatalf("%d of 1000 tasks ran", n)
		}
	}
}
