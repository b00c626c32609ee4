package strategytest

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// racesClose proves rule 10. That a pool which declares RaceLate or RaceHangs is
// ever late, or hangs, is not asked for: the moment in which it does may be a
// few instructions long.
func racesClose(tr *trial) error {
	rounds := 20
	if tr.remote() {
		rounds = 3
	}
	begin := time.Now()
	for round := 0; round < rounds || tr.traits.Race == strategies.RacePanics && time.Since(begin) < tr.Stall; round++ {
		if seen, err := raceOnce(tr, 1+round%3, round%5 == 0); seen || err != nil {
			return err
		}
	}
	if tr.traits.Race == strategies.RacePanics {
		return tr.fail(because("a submit that panics at least once", "Race", tr.traits.Race), "none in %v", tr.Stall)
	}
	return nil
}

// raceOnce closes a pool while several goroutines submit. A pool that is full
// has them all wait in Go at that moment. seen says that one panicked, or hung,
// where that is declared.
func raceOnce(tr *trial, limit int, full bool) (seen bool, err error) {
	pr, err := tr.open(limit)
	if err != nil {
		return false, err
	}
	const submitters, each = 4, 100
	h := &closeRace{poolRun: pr, gate: tr.gate(), accepted: make([]atomic.Bool, submitters*each), ran: make([]atomic.Bool, submitters*each)}
	if !full {
		h.gate.open()
	}
	tr.doing("with limit %d, closing while %d goroutines submit", limit, submitters)
	ways := pr.ways()
	for s := range submitters {
		pr.submitters.Go(func() { h.submit(s*each, (s+1)*each, ways[s%len(ways)]) })
	}
	if full {
		tr.settled(pr.submitted.Load)
	} else {
		tr.reaches(pr.submitted.Load, submitters)
	}
	closing, err := h.close()
	if err != nil {
		return false, err
	}
	if err := pr.submittersReturn(); err != nil {
		if tr.traits.Race == strategies.RaceHangs {
			return true, nil
		}
		return false, err
	}
	if tr.traits.Race == strategies.RacePanics {
		return h.panicked.Load() != nil, nil
	}
	return false, h.judge(closing)
}

// A closeRace is the tasks that several goroutines submit to a pool that is closed.
type closeRace struct {
	*poolRun
	gate          *gate // holds the tasks
	accepted, ran []atomic.Bool
	inTime        []bool // which had run when Close returned
	panicked      atomic.Pointer[outcome]
}

// submit submits tasks until the pool is closed.
func (h *closeRace) submit(from, to int, by way) {
	for i := from; i < to; i++ {
		o := h.by(by.submit, func() {
			h.gate.wait()
			for range 10 {
				runtime.Gosched() // so that others wait for the place
			}
			h.ran[i].Store(true)
		})
		h.accepted[i].Store(o.clean())
		if o.panicked != nil {
			h.panicked.Store(&o)
		}
		if !o.clean() && h.closed.Load() {
			return
		}
		runtime.Gosched()
	}
}

// close closes the pool. What it accepted before must have run when it returns.
func (h *closeRace) close() (*pending, error) {
	before := copied(h.accepted)
	closing := async(func() error {
		defer func() { h.inTime = copied(h.ran) }()
		return h.shut()
	})
	if !h.gate.isOpen() {
		h.happens(closing.returned)
		h.gate.open()
	}
	if !h.comes(h.progress, closing.returned) {
		return nil, h.failAs("close", "Close to return", "Close hangs:\n%s", h.stuck())
	}
	for i, accepted := range before {
		if accepted && !h.inTime[i] {
			return nil, h.failAs("close", "every task accepted before Close to have run when it returns", "one had not")
		}
	}
	return closing, nil
}

// judge compares, when all submits have returned, what was accepted with what
// had run by the time it had to.
func (h *closeRace) judge(closing *pending) error {
	if o := h.panicked.Load(); o != nil {
		return h.fail(because("no panic", "Race", h.traits.Race), "a submit that %s", *o)
	}
	if o := closing.outcome; !o.clean() {
		return h.failAs("close", "Close to return nil", "Close %s", o)
	}
	if h.traits.Closed == strategies.ClosedReusable {
		// What was submitted after Close had returned is for the next one.
		if err := h.closeCleanly(); err != nil {
			return err
		}
		h.inTime = copied(h.ran)
	}
	if h.mayBeLate() {
		h.reaches(h.ended, h.poolRun.accepted.Load())
		h.inTime = copied(h.ran)
	}
	for i, inTime := range h.inTime {
		if accepted, ran := h.accepted[i].Load(), h.ran[i].Load(); accepted != inTime || inTime != ran {
			rule, observed := contradiction("closed", accepted, ran)
			if accepted && ran {
				observed = "one that was accepted and ran only later"
			}
			return h.failAs(rule, "a task to have run when Close returns exactly if it was accepted", "%s", observed)
		}
	}
	return nil
}

func copied(flags []atomic.Bool) []bool {
	values := make([]bool, len(flags))
	for i := range flags {
		values[i] = flags[i].Load()
	}
	return values
}
