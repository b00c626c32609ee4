//go:build go1.25

package strategies_test

import (
	"fmt"
	"sync"

	"github.com/poolbench/poolbench/strategies"
)

// The textbook pool: so many workers, who take jobs from one channel.
type textbook struct {
	jobs    chan func()
	workers sync.WaitGroup
}

func openTextbook(limit, buffer int) *textbook {
	p := &textbook{jobs: make(chan func(), buffer)}
	for range limit {
		p.workers.Go(func() {
			for job := range p.jobs {
				job()
			}
		})
	}
	return p
}

func (p *textbook) Go(job func()) error {
	p.jobs <- job
	return nil
}

func (p *textbook) Close() error {
	close(p.jobs)
	p.workers.Wait()
	return nil
}

// A strategy is a declared value. This one is a whole plug-in: what Open
// returns needs no more than Go and Close.
func Example() {
	var Textbook = &strategies.Strategy{
		Name: "textbook",
		Doc:  "so many workers on one channel\n\nUse it to learn how pools work, not when a task may panic.",
		URL:  "https://gobyexample.com/worker-pools",
		Open: func(limit int) (strategies.Pool, error) { return openTextbook(limit, 0), nil },
		Traits: strategies.Traits{
			Panic:  strategies.PanicCrashes,
			Goexit: strategies.GoexitLeaks,
			Nested: strategies.NestedDeadlocks,
			Race:   strategies.RacePanics,
			Closed: strategies.ClosedPanics,
		},
	}

	fmt.Println("problems:", strategies.Validate(Textbook))
	fmt.Println("a task that panics", Textbook.Traits.Panic)
	// Output:
	// problems: <nil>
	// a task that panics crashes the process
}

// A library that can open its pools in another way declares an option. It is
// proved and measured like a strategy of its own.
func ExampleStrategy_Variants() {
	var Textbook = &strategies.Strategy{
		Name: "textbook",
		Doc:  "so many workers on one channel\n\nUse it to learn how pools work, not when a task may panic.",
		URL:  "https://gobyexample.com/worker-pools",
		Open: func(limit int) (strategies.Pool, error) { return openTextbook(limit, 0), nil },
		Options: []strategies.Option{{
			Name:   "buffer",
			Doc:    "textbook with a buffer of as many tasks\n\nUse it when a submitter should not wait at once, not for long queues.",
			Open:   func(limit int) (strategies.Pool, error) { return openTextbook(limit, limit), nil },
			Traits: strategies.Traits{Full: strategies.FullBuffers},
		}},
	}

	for _, s := range strategies.WithVariants(Textbook) {
		fmt.Println(s.Name, s.Traits.Full)
	}
	// Output:
	// textbook blocks
	// textbook+buffer buffers, then blocks
}
