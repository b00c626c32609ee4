package stealing_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies/stealing"
)

func Example() {
	p := stealing.New(4)
	var sum atomic.Int64
	for i := range 100 {
		p.Go(func() { sum.Add(int64(i)) })
	}
	p.Close()
	fmt.Println(sum.Load())
	// Output: 4950
}

func ExampleNew() {
	// At most 8 tasks run, at most 100 wait, and a goroutine without work goes
	// after 10 seconds.
	p := stealing.New(8, stealing.Queue(100), stealing.Idle(10e9))
	defer p.Close()
	p.Go(func() { fmt.Println("runs") })
	// Output: runs
}

func ExamplePool_TryGo() {
	p := stealing.New(1, stealing.Queue(1))
	started, gate := make(chan struct{}), make(chan struct{})
	p.Go(func() { close(started); <-gate })
	<-started
	p.Go(func() {})
	if err := p.TryGo(func() {}); errors.Is(err, stealing.ErrFull) {
		fmt.Println("one runs, one waits, and there is no room for another")
	}
	close(gate)
	p.Close()
	// Output: one runs, one waits, and there is no room for another
}

func ExamplePool_Close_panic() {
	p := stealing.New(1)
	p.Go(func() { panic("lost the thread") })
	defer func() {
		if failed, ok := recover().(*stealing.Panic); ok {
			fmt.Println("a task panicked:", failed.Value)
		}
	}()
	p.Close()
	// Output: a task panicked: lost the thread
}

func ExamplePool_Each() {
	p := stealing.New(4)
	defer p.Close()
	squares := make([]int, 10)
	if err := p.Each(context.Background(), len(squares), func(i int) { squares[i] = i * i }); err != nil {
		fmt.Println(err)
	}
	fmt.Println(squares)
	// Output: [0 1 4 9 16 25 36 49 64 81]
}

func ExampleMap() {
	p := stealing.New(4)
	defer p.Close()
	words := []string{"task", "pool", "steal"}
	lengths, err := stealing.Map(context.Background(), p, len(words),
		func(_ context.Context, i int) (int, error) { return len(words[i]), nil })
	fmt.Println(lengths, err)
	// Output: [4 4 5] <nil>
}

func ExampleGroup() {
	p := stealing.New(4)
	defer p.Close()
	g := stealing.NewGroup[string](context.Background(), p, stealing.FirstError)
	for _, name := range []string{"a", "b", "c"} {
		g.Go(func(context.Context) (string, error) { return name + name, nil })
	}
	results, err := g.Wait()
	fmt.Println(results, err)
	// Output: [aa bb cc] <nil>
}

func ExampleGroup_allErrors() {
	p := stealing.New(4)
	defer p.Close()
	g := stealing.NewGroup[int](context.Background(), p, stealing.AllErrors)
	for i := range 4 {
		g.Go(func(context.Context) (int, error) {
			if i%2 == 1 {
				return 0, fmt.Errorf("%d is odd", i)
			}
			return i, nil
		})
	}
	_, err := g.Wait()
	fmt.Println(err)
	// Output:
	// 1 is odd
	// 3 is odd
}

func ExampleSubmit() {
	p := stealing.New(4)
	defer p.Close()
	answer := stealing.Submit(p, func() (int, error) { return 6 * 7, nil })
	fmt.Println(answer.Result())
	// Output: 42 <nil>
}

func ExampleFuture_OnDone() {
	p := stealing.New(4)
	stealing.Submit(p, func() (int, error) { return 6 * 7, nil }).
		OnDone(func(v int, err error) { fmt.Println("done:", v, err) })
	p.Close()
	// Output: done: 42 <nil>
}

func ExamplePool_Resize() {
	p := stealing.New(1)
	defer p.Close()
	p.Resize(2)
	// Two tasks that wait for each other need two slots.
	meet := make(chan string)
	p.Go(func() { meet <- "hello" })
	answer := stealing.Submit(p, func() (string, error) { return <-meet, nil })
	fmt.Println(answer.Result())
	// Output: hello <nil>
}

func ExamplePool_Cancel() {
	p := stealing.New(1)
	started, gate := make(chan struct{}), make(chan struct{})
	p.Go(func() { close(started); <-gate })
	<-started
	p.Go(func() { fmt.Println("never printed") })
	p.Cancel()
	close(gate)
	p.Close()
	fmt.Println(p.Cancelled(), "task did not start")
	// Output: 1 task did not start
}
