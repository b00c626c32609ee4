//go:build go1.25

package pattern_test

import (
	"fmt"
	"strings"
	"sync"

	"github.com/poolbench/poolbench/strategies/pattern"
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

var lines = []string{"the first line", "the second line", "the third line"}

func upper(line string) (string, error) {
	return strings.ToUpper(line), nil
}

// The counterpart of Python's pool.submit(upper, line): the future is there at
// once, the result when the task has ended.
func ExampleSubmit() {
	pool := openTextbook(2, 0)
	defer pool.Close()

	future := pattern.Submit(pool, func() (string, error) { return upper("a line") })
	// Here the program goes on, while a worker takes up the task.
	fmt.Println(future.Result())
	// Output: A LINE <nil>
}

// The mistake: pool.submit(upper, line).result(). Two workers, and yet one line
// after the other, because nothing is submitted before the last result is in.
func ExampleWaitEach() {
	pool := openTextbook(2, 0)
	defer pool.Close()

	results, err := pattern.WaitEach(len(lines), func(i int) *pattern.Future[string] {
		return pattern.Submit(pool, func() (string, error) { return upper(lines[i]) })
	})
	fmt.Println(strings.Join(results, "\n"), err)
	// Output:
	// THE FIRST LINE
	// THE SECOND LINE
	// THE THIRD LINE <nil>
}

// The first way out: keep the futures in a list, shut the pool down, and read
// every result at once. They come in the order of the tasks.
//
//	futures = [pool.submit(upper, line) for line in lines]
//	pool.shutdown()
//	results = [future.result() for future in futures]
func ExampleCollect() {
	pool := openTextbook(2, 0)

	results, err := pattern.Collect(len(lines), func(i int) *pattern.Future[string] {
		return pattern.Submit(pool, func() (string, error) { return upper(lines[i]) })
	}, pool.Close)
	fmt.Println(strings.Join(results, "\n"), err)
	// Output:
	// THE FIRST LINE
	// THE SECOND LINE
	// THE THIRD LINE <nil>
}

// The second way out: each result is handed to a callback, and none is waited for.
// They come in the order in which the tasks end.
func ExampleCallback() {
	pool := openTextbook(2, 0)

	var printing sync.Mutex // callbacks run in the workers, several at once
	show := func(line string, err error) {
		printing.Lock()
		defer printing.Unlock()
		fmt.Println(line, err)
	}
	bound := make([]func(), len(lines))
	for i, line := range lines {
		bound[i] = pattern.Bind(func() (string, error) { return upper(line) }, show)
	}
	if err := pattern.Callback(pool, bound...); err != nil {
		fmt.Println("not all lines were taken:", err)
	}
	pool.Close()
	// Unordered output:
	// THE FIRST LINE <nil>
	// THE SECOND LINE <nil>
	// THE THIRD LINE <nil>
}

// The same with futures, as Python has it: future.add_done_callback(show),
// where show gets the finished future.
func ExampleFuture_OnDone() {
	pool := openTextbook(2, 0)

	var printing sync.Mutex // callbacks run in the workers, several at once
	show := func(future *pattern.Future[string]) {
		printing.Lock()
		defer printing.Unlock()
		fmt.Println(future.Result())
	}
	for _, line := range lines {
		pattern.Submit(pool, func() (string, error) { return upper(line) }).OnDone(show)
	}
	pool.Close()
	// Unordered output:
	// THE FIRST LINE <nil>
	// THE SECOND LINE <nil>
	// THE THIRD LINE <nil>
}
