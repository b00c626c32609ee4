package echo_test

import (
	"errors"
	"sync"
)

// A runner is a pool as Serve sees it, with a way to wait for its end.
type runner struct {
	run   func(task func()) error
	close func()
}

var errFull = errors.New("the pool is full")

// runners are the kinds of pools that Serve may meet and that serve whoever
// waits.
var runners = []struct {
	name string
	open func(limit int) runner
}{
	{"goroutines", func(int) runner { return goroutines() }},
	{"semaphore", semaphore},
	{"textbook", textbook},
	{"queueing", queueing},
}

// goroutines survives panics, as pools that recover do.
func goroutines() runner {
	var running sync.WaitGroup
	return runner{func(task func()) error {
		running.Go(func() {
			defer func() { _ = recover() }()
			task()
		})
		return nil
	}, running.Wait}
}

// semaphore blocks the submitter and survives panics and runtime.Goexit.
func semaphore(limit int) runner {
	places := make(chan struct{}, limit)
	var running sync.WaitGroup
	return runner{func(task func()) error {
		places <- struct{}{}
		running.Go(func() {
			defer func() {
				_ = recover()
				<-places
			}()
			task()
		})
		return nil
	}, running.Wait}
}

// textbook is so many workers on an unbuffered channel.
func textbook(limit int) runner {
	tasks := make(chan func())
	var workers sync.WaitGroup
	for range limit {
		workers.Go(func() {
			for task := range tasks {
				task()
			}
		})
	}
	return runner{
		func(task func()) error { tasks <- task; return nil },
		func() { close(tasks); workers.Wait() },
	}
}

// queueing accepts everything at once and runs limit tasks at a time.
func queueing(limit int) runner {
	places := make(chan struct{}, limit)
	var running sync.WaitGroup
	return runner{func(task func()) error {
		running.Go(func() {
			places <- struct{}{}
			defer func() {
				_ = recover()
				<-places
			}()
			task()
		})
		return nil
	}, running.Wait}
}

// rejecting runs limit tasks and refuses more.
func rejecting(limit int) runner {
	places := make(chan struct{}, limit)
	var running sync.WaitGroup
	return runner{func(task func()) error {
		select {
		case places <- struct{}{}:
		default:
			return errFull
		}
		running.Go(func() {
			defer func() { <-places }()
			task()
		})
		return nil
	}, running.Wait}
}

// inline runs a task in the goroutine that submits it.
func inline() runner {
	return runner{func(task func()) error { task(); return nil }, func() {}}
}
