package strategytest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// A shift is a pool at work, with counts of what it was given and what it did.
type shift struct {
	*trial
	pool   strategies.Pool // a *remotePool for a strategy that runs jobs
	native any             // what the strategy opened: where optional interfaces are looked up
	limit  int
	whole  *shift      // of which the pool is a part, or nil
	closed atomic.Bool // Close has been called
	crew   crew

	accepted, refused                      atomic.Int64 // submits by what they returned
	submitted                              atomic.Int64 // submits that returned at all
	nowRunning, peakRunning, begun, passed atomic.Int64 // tasks
}

// A crew is the goroutines that submit. [sync.WaitGroup] has a Go of its own
// since Go 1.25 only.
type crew struct{ sync.WaitGroup }

// Go runs f in a goroutine of the crew.
func (c *crew) Go(f func()) {
	c.Add(1)
	go func() {
		defer c.Done()
		f()
	}()
}

// open opens a pool.
func (tr *trial) open(limit int) (*shift, error) {
	tr.doing("opening a pool with limit %d", limit)
	sh := &shift{trial: tr, limit: limit}
	var err error
	if open := tr.strategy.OpenRemote; open != nil {
		var pool strategies.RemotePool
		if pool, err = open(limit); err == nil && pool != nil {
			sh.native = pool
			sh.pool, err = newRemotePool(pool)
		}
	} else if sh.pool, err = tr.strategy.Open(limit); sh.pool != nil {
		sh.native = sh.pool
	}
	switch {
	case err != nil:
		return nil, tr.fail("a pool", "the error %q", err)
	case sh.native == nil:
		return nil, tr.fail("a pool", "neither a pool nor an error")
	}
	tr.minds(sh)
	return sh, nil
}

// divide makes a part of the pool, which is a shift of its own.
func (sh *shift) divide(limit int) (*shift, error) {
	sh.doing("making a part with limit %d of a pool with limit %d", limit, sh.limit)
	part := &shift{trial: sh.trial, limit: limit, whole: sh}
	o := call(func() (err error) { part.pool, err = sh.divider().Divide(limit); return err })
	switch {
	case !o.clean():
		return nil, sh.fail("a pool", "Divide %s", o)
	case part.pool == nil:
		return nil, sh.fail("a pool", "neither a pool nor an error")
	}
	part.native = part.pool
	sh.minds(part)
	return part, nil
}

// minds sees to it that the shift's pool is closed when the trial ends.
func (tr *trial) minds(sh *shift) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.shifts = append(tr.shifts, sh)
}

// task makes a task that is counted while it runs body.
func (sh *shift) task(body func()) func() {
	return func() {
		sh.begun.Add(1)
		running := sh.nowRunning.Add(1)
		for peak := sh.peakRunning.Load(); running > peak && !sh.peakRunning.CompareAndSwap(peak, running); {
			peak = sh.peakRunning.Load()
		}
		defer func() {
			sh.nowRunning.Add(-1)
			sh.passed.Add(1)
		}()
		body()
	}
}

func (sh *shift) running() int64 { return sh.nowRunning.Load() }
func (sh *shift) peak() int64    { return sh.peakRunning.Load() }
func (sh *shift) started() int64 { return sh.begun.Load() }
func (sh *shift) ended() int64   { return sh.passed.Load() }

// progress changes whenever a task ends or is given up, or a submit returns, in
// the whole as well.
func (sh *shift) progress() int64 {
	if sh.whole != nil {
		return sh.ended() + sh.submitted.Load() + sh.whole.progress()
	}
	given := 0
	if c := sh.canceler(); c != nil {
		given = c.Cancelled()
	}
	return sh.ended() + sh.submitted.Load() + int64(given)
}

// submit hands body over as a task, from the calling goroutine.
func (sh *shift) submit(body func()) outcome { return sh.by(sh.pool.Go, body) }

// by is submit through another method of the pool.
func (sh *shift) by(method func(func()) error, body func()) outcome {
	defer sh.submitted.Add(1)
	o := attempt(func() error { return method(sh.task(body)) })
	if o.clean() {
		sh.accepted.Add(1)
	} else {
		sh.refused.Add(1)
	}
	return o
}

// insist is submit, repeated for as long as an open pool rejects because it is
// full.
func (sh *shift) insist(body func()) outcome {
	start := time.Now()
	for polls := 0; ; polls++ {
		o := sh.submit(body)
		if o.err == nil || sh.traits.Full != strategies.FullRejects || sh.closed.Load() || time.Since(start) > sh.Hang {
			return o
		}
		pause(polls)
	}
}

// give is insist from a goroutine of its own, so that a task that runs there may
// end it. The error says that Go hangs.
func (sh *shift) give(body func()) (outcome, error) {
	var o outcome
	giving := async(func() error {
		o = outcome{exited: true}
		o = sh.insist(body)
		return nil
	})
	if !sh.comes(sh.progress, giving.returned) {
		return outcome{}, sh.fail("Go to return", "Go hangs:\n%s", sh.stuck())
	}
	return o, nil
}

// send insists on n tasks, each from a goroutine of the crew, and returns at
// once.
func (sh *shift) send(n int, body func()) {
	for range n {
		sh.crew.Go(func() { sh.insist(body) })
	}
}

// shut closes the pool.
func (sh *shift) shut() error {
	sh.closed.Store(true)
	return sh.pool.Close()
}

// finish waits for the crew and closes the pool, which must not complain:
// everything it was given is over or goes well.
func (sh *shift) finish() error {
	if err := sh.crewReturns(); err != nil {
		return err
	}
	return sh.closeCleanly()
}

// closeEnds closes the pool and waits for as long as there is progress. The
// error says that Close hangs; any outcome is for the rule to judge.
func (sh *shift) closeEnds() (outcome, error) {
	closing := async(sh.shut)
	if !sh.comes(sh.progress, closing.returned) {
		return outcome{}, sh.fail("Close to return", "Close hangs:\n%s", sh.stuck())
	}
	return closing.outcome, nil
}

// closeReturns is closeEnds for a pool whose Close must return, be it an error.
func (sh *shift) closeReturns() (outcome, error) {
	o, err := sh.closeEnds()
	if err == nil && (o.panicked != nil || o.exited) {
		err = sh.fail("Close to return", "Close %s", o)
	}
	return o, err
}

// crewReturns waits for every submit for as long as any returns.
func (sh *shift) crewReturns() error {
	freed := async(func() error { sh.crew.Wait(); return nil })
	if !sh.comes(sh.progress, freed.returned) {
		return sh.fail("every submit to return", "some wait in Go:\n%s", sh.stuck())
	}
	return nil
}

// abandon keeps the trial from closing a pool that is stuck by declaration.
func (sh *shift) abandon() { sh.closed.Store(true) }

func (sh *shift) closeCleanly() error {
	o, err := sh.closeReturns()
	if err == nil && !o.clean() {
		err = sh.fail("Close to return nil", "Close %s", o)
	}
	return err
}

// places is how many tasks can run at once when one goroutine submits for each.
func (sh *shift) places() int64 {
	if sh.traits.Capacity == strategies.CapacityNone && sh.traits.Limit == strategies.LimitExact {
		return 1
	}
	return int64(sh.limit)
}

// hold fills the pool with tasks that wait at the gate and returns when they
// run.
func (sh *shift) hold(g *gate) error {
	want := sh.places()
	sh.send(int(want), g.wait)
	if sh.traits.Capacity == strategies.CapacityStrands {
		// Some of them may be stranded behind others.
		want = 1
	}
	if !sh.reaches(sh.running, want) {
		return sh.fail(fmt.Sprintf("%d tasks to run at once", want), "%d", sh.running())
	}
	sh.settled(sh.running)
	return nil
}

// canceler and its kin return what the pool offers.
func (sh *shift) canceler() strategies.Canceler { c, _ := sh.native.(strategies.Canceler); return c }
func (sh *shift) divider() strategies.Divider   { d, _ := sh.native.(strategies.Divider); return d }
func (sh *shift) resizer() strategies.Resizer   { r, _ := sh.native.(strategies.Resizer); return r }
func (sh *shift) trySubmitter() strategies.TrySubmitter {
	t, _ := sh.native.(strategies.TrySubmitter)
	return t
}
