// Package catalog is the list of strategies that poolbench compares: one file
// declares one strategy, and [All] names them. [Servers] names the ways of
// serving the echo that are no pools.
//
// An adapter is as thin as it can be. It adds no lock, no recover and no queue
// to make a library keep a guarantee; the broken guarantee is a trait, with a
// comment that says what was seen. To add a strategy, write its file and add
// its line here; the test of this package then proves its traits.
package catalog

import (
	"github.com/poolbench/poolbench/bench/stdlib"
	"github.com/poolbench/poolbench/strategies"
)

// All lists the strategies, from the floor over what the standard library
// offers to the libraries, and other processes last.
var All = []*strategies.Strategy{
	Serial,
	stdlib.Goroutines,
	stdlib.Semaphore,
	Weighted,
	Errgroup,
	Handrolled,
	Conc,
	Pond,
	PondSubmit,
	Ants,
	AntsFunc,
	AntsMulti,
	WorkerPool,
	Stealing,
	Processes,

	// github.com/Jeffail/tunny: Process blocks its caller until the result is
	// there. A fan-out needs a goroutine per task around it, and that
	// goroutine would be most of what is measured.

	// github.com/go-playground/pool: Queue starts a goroutine for every task
	// to hand it to a worker, and Close cancels what is queued; nothing closes
	// the pool and waits.

	// github.com/bytedance/gopkg/util/gopool: there is no Close, no wait and
	// no refusal, so all of these would be the adapter's; and the limit is
	// compared and raised in two steps, which lets concurrent submitters pass it.

	// github.com/valyala/fasthttp, workerPool: not exported, and it takes
	// connections instead of tasks.

	// errgroup beside a semaphore: what SetLimit does since it exists, see Errgroup.

	// conc.WaitGroup: Goroutines with Conc's handling of panics.
}
