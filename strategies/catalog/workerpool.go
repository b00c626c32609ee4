package catalog

import (
	"time"

	"github.com/gammazero/workerpool"

	"github.com/poolbench/poolbench/strategies"
)

// WorkerPool is github.com/gammazero/workerpool.
var WorkerPool = &strategies.Strategy{
	Name: "workerpool",
	Doc: `gammazero/workerpool: one dispatcher goroutine feeds workers from an endless queue

Use it when submitters must never wait, tasks must start in the order they came,
and the number of tasks is bounded by something else.
Do not use it for very short tasks, since each passes through the dispatcher, or
when tasks can arrive faster than they end: the queue takes all of them.`,
	URL:    "https://pkg.go.dev/github.com/gammazero/workerpool",
	Module: "github.com/gammazero/workerpool",
	Open: limited(func(limit int) (strategies.Pool, error) {
		return workerPool{workerpool.New(limit)}, nil
	}),
	Traits: strategies.Traits{
		Full:  strategies.FullQueues,
		Panic: strategies.PanicCrashes,
		// A worker that Goexit ends is neither replaced nor counted out:
		// StopWait hands it a last task and waits forever.
		Goexit: strategies.GoexitHangs,
		Purge:  2 * time.Second, // workerpool.DefaultIdleTimeout; then one worker leaves every two seconds
	},
}

type workerPool struct{ pool *workerpool.WorkerPool }

func (p workerPool) Go(task func()) error { return p.pool.Do(task) }

func (p workerPool) Close() error {
	p.pool.StopWait()
	return nil
}
