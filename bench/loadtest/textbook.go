package loadtest

import "github.com/poolbench/poolbench/strategies"

// Textbook is the plainest pool that keeps a limit. A limit's capacity is its
// throughput, so that it does not depend on which strategies take part.
var Textbook = &strategies.Strategy{
	Name: "textbook",
	Open: func(limit int) (strategies.Pool, error) { return make(places, limit), nil },
}

// places are the places of the textbook's pool: a task holds one.
type places chan struct{}

func (p places) Go(task func()) error {
	p <- struct{}{}
	go func() {
		defer func() { <-p }()
		task()
	}()
	return nil
}

func (p places) Close() error {
	for range cap(p) {
		p <- struct{}{}
	}
	return nil
}
