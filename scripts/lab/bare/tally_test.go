package main

import (
	"sync"
	"testing"
)

func TestATallyEndsTheWaitWithTheLastTask(t *testing.T) {
	const rounds, goroutines, each = 200, 8, 50
	tally := newTally()
	for range rounds {
		tally.reset()
		var all sync.WaitGroup
		for range goroutines {
			all.Go(func() {
				for range each {
					tally.add()
				}
			})
		}
		tally.await(goroutines * each)
		if err := tally.check(goroutines * each); err != nil {
			t.Fatal(err)
		}
		all.Wait()
	}
}

func TestATallyDoesNotEndTheWaitBeforeTheLastTask(t *testing.T) {
	tally := newTally()
	const n = 100
	for range n - 1 {
		tally.add()
	}
	waited := make(chan struct{})
	go func() {
		tally.await(n)
		close(waited)
	}()
	for tally.left.Load() == 0 { // until the counters are closed
	}
	select {
	case <-waited:
		t.Fatal("the wait is over with a task missing")
	default:
	}
	tally.add()
	<-waited
}

func TestATallySeesTasksThatAreLostOrRunTwice(t *testing.T) {
	for _, ran := range []int{0, 9, 11} {
		tally := newTally()
		for range ran {
			tally.add()
		}
		if tally.check(10) == nil {
			t.Errorf("10 tasks were accepted, %d ran, and there is no complaint", ran)
		}
	}
	tally := newTally()
	for range 10 {
		tally.add()
	}
	tally.await(10)
	tally.add()
	if tally.check(10) == nil {
		t.Error("a task ran twice after the wait, and there is no complaint")
	}
}
