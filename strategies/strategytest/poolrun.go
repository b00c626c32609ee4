package strategytest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/remote"
)

// A poolRun is a pool at work, with counts of what it was given and what it did.
type poolRun struct {
	*trial
	pool       strategies.Pool // a *remotePool for a strategy that runs jobs
	native     any             // what the strategy opened: where optional interfaces are looked up
	limit      int
	whole      *poolRun    // of which the pool is a part, or nil
	closed     atomic.Bool // Close has been called
	submitters group

	accepted, refused                      atomic.Int64 // submits by what they returned
	submitted                              atomic.Int64 // submits that returned at all
	submitting, closing                    atomic.Int64 // calls that have not returned
	nowRunning, peakRunning, begun, passed atomic.Int64 // tasks
}

// A group is goroutines that are waited for together. [sync.WaitGroup] has a Go of its own
// since Go 1.25 only.
type group struct{ sync.WaitGroup }

// Go runs f in a goroutine of the group.
func (c *group) Go(f func()) {
	c.Add(1)
	go func() {
		defer c.Done()
		f()
	}()
}

// open opens a pool.
func (tr *trial) open(limit int) (*poolRun, error) {
	tr.doing("opening a pool with limit %d", limit)
	pr := &poolRun{trial: tr, limit: limit}
	var err error
	if open := tr.strategy.OpenRemote; open != nil {
		var pool remote.Pool
		if pool, err = open(limit); err == nil && pool != nil {
			pr.native = pool
			pr.pool, err = newRemotePool(pool)
		}
	} else if pr.pool, err = tr.strategy.Open(limit); pr.pool != nil {
		pr.native = pr.pool
	}
	switch {
	case err != nil:
		return nil, tr.fail("a pool", "the error %q", err)
	case pr.native == nil:
		return nil, tr.fail("a pool", "neither a pool nor an error")
	}
	tr.tracks(pr)
	return pr, nil
}

// divide makes a part of the pool, which is a poolRun of its own.
func (pr *poolRun) divide(limit int) (*poolRun, error) {
	pr.doing("making a part with limit %d of a pool with limit %d", limit, pr.limit)
	part := &poolRun{trial: pr.trial, limit: limit, whole: pr}
	o := call(func() (err error) { part.pool, err = pr.divider().Divide(limit); return err })
	switch {
	case !o.clean():
		return nil, pr.fail("a pool", "Divide %s", o)
	case part.pool == nil:
		return nil, pr.fail("a pool", "neither a pool nor an error")
	}
	part.native = part.pool
	pr.tracks(part)
	return part, nil
}

// tracks sees to it that the poolRun's pool is closed when the trial ends.
func (tr *trial) tracks(pr *poolRun) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.poolRuns = append(tr.poolRuns, pr)
}

// task makes a task that is counted while it runs body.
func (pr *poolRun) task(body func()) func() {
	return func() {
		pr.begun.Add(1)
		running := pr.nowRunning.Add(1)
		for peak := pr.peakRunning.Load(); running > peak && !pr.peakRunning.CompareAndSwap(peak, running); {
			peak = pr.peakRunning.Load()
		}
		defer func() {
			pr.nowRunning.Add(-1)
			pr.passed.Add(1)
		}()
		body()
	}
}

func (pr *poolRun) running() int64 { return pr.nowRunning.Load() }
func (pr *poolRun) peak() int64    { return pr.peakRunning.Load() }
func (pr *poolRun) started() int64 { return pr.begun.Load() }
func (pr *poolRun) ended() int64   { return pr.passed.Load() }

// progress changes whenever a task ends or is given up, or a submit returns, in
// the whole as well.
func (pr *poolRun) progress() int64 {
	if pr.whole != nil {
		return pr.ended() + pr.submitted.Load() + pr.whole.progress()
	}
	given := 0
	if c := pr.canceler(); c != nil {
		given = c.Cancelled()
	}
	return pr.ended() + pr.submitted.Load() + int64(given)
}

// submit hands body over as a task, from the calling goroutine.
func (pr *poolRun) submit(body func()) outcome { return pr.by(pr.pool.Go, body) }

// by is submit through another method of the pool.
func (pr *poolRun) by(method func(func()) error, body func()) outcome {
	pr.submitting.Add(1)
	defer func() {
		pr.submitting.Add(-1)
		pr.submitted.Add(1)
	}()
	o := attempt(func() error { return method(pr.task(body)) })
	if o.clean() {
		pr.accepted.Add(1)
	} else {
		pr.refused.Add(1)
	}
	return o
}

// A way is a method of a pool that submits a task.
type way struct {
	name    string
	submit  func(task func()) error
	refuses bool // it may return an error because the pool is full
}

// ways returns every method with which a task can be submitted, Go first.
func (pr *poolRun) ways() []way {
	rejects := pr.traits.Full.Rejects()
	ways := []way{{"Go", pr.pool.Go, rejects}}
	if try := pr.trySubmitter(); try != nil {
		ways = append(ways, way{"TryGo", try.TryGo, true})
	}
	if c := pr.contextSubmitter(); c != nil {
		ways = append(ways, way{"GoContext", func(task func()) error { return c.GoContext(context.Background(), task) }, rejects})
	}
	return ways
}

// insist is submit, repeated for as long as an open pool rejects because it is
// full.
func (pr *poolRun) insist(body func()) outcome {
	start := time.Now()
	for polls := 0; ; polls++ {
		o := pr.submit(body)
		if o.err == nil || !pr.traits.Full.Rejects() || pr.closed.Load() || time.Since(start) > pr.Hang {
			return o
		}
		pause(polls)
	}
}

// give is insist from a goroutine of its own, so that a task that runs there may
// end it. The error says that Go hangs.
func (pr *poolRun) give(body func()) (outcome, error) {
	var o outcome
	giving := async(func() error {
		o = outcome{exited: true}
		o = pr.insist(body)
		return nil
	})
	if !pr.comes(pr.progress, giving.returned) {
		return outcome{}, pr.failAs("exactly-once", "Go to return", "Go hangs:\n%s", pr.stuck())
	}
	return o, nil
}

// send insists on n tasks, each from a goroutine of the submitters, and returns at
// once.
func (pr *poolRun) send(n int, body func()) {
	for range n {
		pr.submitters.Go(func() { pr.insist(body) })
	}
}

// shut closes the pool.
func (pr *poolRun) shut() error {
	pr.closed.Store(true)
	pr.closing.Add(1)
	defer pr.closing.Add(-1)
	return pr.pool.Close()
}

// finish waits for the submitters and closes the pool, which must not complain:
// everything it was given is over or goes well.
func (pr *poolRun) finish() error {
	if err := pr.submittersReturn(); err != nil {
		return err
	}
	return pr.closeCleanly()
}

// closeEnds closes the pool and waits for as long as there is progress. The
// error says that Close hangs; any outcome is for the rule to judge.
func (pr *poolRun) closeEnds() (outcome, error) {
	closing := async(pr.shut)
	if !pr.comes(pr.progress, closing.returned) {
		return outcome{}, pr.failAs("close", "Close to return", "Close hangs:\n%s", pr.stuck())
	}
	return closing.outcome, nil
}

// closeReturns is closeEnds for a pool whose Close must return, be it an error.
func (pr *poolRun) closeReturns() (outcome, error) {
	o, err := pr.closeEnds()
	if err == nil && (o.panicked != nil || o.exited) {
		err = pr.failAs("close", "Close to return", "Close %s", o)
	}
	return o, err
}

// submittersReturn waits for every submit for as long as any returns.
func (pr *poolRun) submittersReturn() error {
	freed := async(func() error { pr.submitters.Wait(); return nil })
	if !pr.comes(pr.progress, freed.returned) {
		rule := "exactly-once"
		if pr.closed.Load() {
			rule = "close"
		}
		return pr.failAs(rule, "every submit to return", "some wait in Go:\n%s", pr.stuck())
	}
	return nil
}

// abandon keeps the trial from closing a pool that is stuck by declaration.
func (pr *poolRun) abandon() { pr.closed.Store(true) }

func (pr *poolRun) closeCleanly() error {
	o, err := pr.closeReturns()
	if err == nil && !o.clean() {
		err = pr.failAs("close", "Close to return nil", "Close %s", o)
	}
	return err
}

// places is how many tasks can run at once when one goroutine submits for each.
func (pr *poolRun) places() int64 {
	if pr.traits.Capacity == strategies.CapacitySequential && pr.traits.Limit == strategies.LimitExact {
		return 1
	}
	return int64(pr.limit)
}

// hold fills the pool with tasks that wait at the gate and returns when they
// run.
func (pr *poolRun) hold(g *gate) error {
	want := pr.places()
	pr.send(int(want), g.wait)
	if pr.traits.Capacity == strategies.CapacitySplit {
		// Some of them may wait behind others.
		want = 1
	}
	if !pr.reaches(pr.running, want) {
		return pr.failAs(pr.ruleOfFew(), fmt.Sprintf("%d tasks to run at once", want), "%d", pr.running())
	}
	pr.settled(pr.running)
	return nil
}

// ruleOfFew is the rule by which more tasks should run: that of capacity, unless
// not even one has.
func (pr *poolRun) ruleOfFew() string {
	if pr.started() == 0 {
		return "exactly-once"
	}
	return "capacity"
}

// canceler and its kin return what the pool offers.
func (pr *poolRun) canceler() strategies.Canceler { c, _ := pr.native.(strategies.Canceler); return c }
func (pr *poolRun) divider() strategies.Divider   { d, _ := pr.native.(strategies.Divider); return d }
func (pr *poolRun) resizer() strategies.Resizer   { r, _ := pr.native.(strategies.Resizer); return r }
func (pr *poolRun) trySubmitter() strategies.TrySubmitter {
	t, _ := pr.native.(strategies.TrySubmitter)
	return t
}
func (pr *poolRun) contextSubmitter() strategies.ContextSubmitter {
	c, _ := pr.native.(strategies.ContextSubmitter)
	return c
}
func (pr *poolRun) panicNotifier() strategies.PanicNotifier {
	n, _ := pr.native.(strategies.PanicNotifier)
	return n
}
