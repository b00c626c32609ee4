package strategytest

import (
	"runtime"
	"sync"
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
		if seen, err := raceRound(tr, 1+round%3, round%5 == 0); seen || err != nil {
			return err
		}
	}
	if tr.traits.Race == strategies.RacePanics {
		return tr.fail(because("a submit that panics at least once", "Race", tr.traits.Race), "none in %v", tr.Stall)
	}
	return nil
}

// raceRound closes a pool while several goroutines submit. A pool that is full
// has them all wait in Go at that moment. seen says that one panicked, or hung,
// where that is declared.
func raceRound(tr *trial, limit int, full bool) (seen bool, err error) {
	const submitters, most = 4, 100
	sh, err := tr.open(limit)
	if err != nil {
		return false, err
	}
	g := tr.gate()
	if !full {
		g.open()
	}
	tr.doing("with limit %d, closing while %d goroutines submit", limit, submitters)
	ran := make([]atomic.Bool, submitters*most)
	accepted := make([]atomic.Bool, submitters*most)
	var panicked atomic.Int64
	var last sync.Map
	for s := range submitters {
		method := sh.pool.Go
		if try := sh.trySubmitter(); try != nil && s%2 == 1 {
			method = try.TryGo
		}
		sh.crew.Go(func() {
			for i := s * most; i < (s+1)*most; i++ {
				o := sh.by(method, func() {
					g.wait()
					for range 10 {
						runtime.Gosched() // so that others wait for the place
					}
					ran[i].Store(true)
				})
				accepted[i].Store(o.clean())
				if o.panicked != nil {
					panicked.Add(1)
					last.Store("panic", o)
				}
				if !o.clean() && sh.closed.Load() {
					return
				}
				runtime.Gosched()
			}
		})
	}
	if full {
		tr.settled(sh.submitted.Load)
	} else {
		tr.reaches(sh.submitted.Load, submitters)
	}
	before, then := make([]bool, len(ran)), make([]bool, len(ran))
	closing := async(func() error {
		for i := range accepted {
			before[i] = accepted[i].Load()
		}
		err := sh.shut()
		for i := range ran {
			then[i] = ran[i].Load()
		}
		return err
	})
	if full {
		tr.happens(closing.returned)
		g.open()
	}
	if !tr.comes(sh.progress, closing.returned) {
		return false, tr.fail("Close to return", "Close hangs:\n%s", sh.stuck())
	}
	for i := range before {
		if before[i] && !then[i] {
			return false, tr.fail("every task accepted before Close to have run when it returns", "one had not")
		}
	}
	if err := sh.crewReturns(); err != nil {
		if tr.traits.Race == strategies.RaceHangs {
			return true, nil
		}
		return false, err
	}
	if panics := panicked.Load(); tr.traits.Race == strategies.RacePanics {
		return panics > 0, nil
	} else if panics > 0 {
		o, _ := last.Load("panic")
		return false, tr.fail(because("no panic", "Race", tr.traits.Race), "%d submits panicked; one %s", panics, o)
	}
	if o := closing.outcome; !o.clean() {
		return false, tr.fail("Close to return nil", "Close %s", o)
	}
	if tr.traits.Closed == strategies.ClosedReusable {
		// What was submitted after Close had returned is for the next one.
		if err := sh.closeCleanly(); err != nil {
			return false, err
		}
		for i := range ran {
			then[i] = ran[i].Load()
		}
	}
	if tr.mayBeLate() {
		tr.reaches(sh.ended, sh.accepted.Load())
		for i := range ran {
			then[i] = ran[i].Load()
		}
	}
	for i := range accepted {
		if accepted[i].Load() != then[i] || then[i] != ran[i].Load() {
			return false, tr.fail("a task to have run when Close returns exactly if it was accepted",
				"accepted: %v, ran: %v, ran later: %v", accepted[i].Load(), then[i], ran[i].Load())
		}
	}
	return false, nil
}

// actsWhenClosed proves rule 11.
func actsWhenClosed(tr *trial) error {
	declared := tr.traits.Closed
	for _, tasks := range []int{0, 3} {
		sh, err := tr.open(2)
		if err != nil {
			return err
		}
		tr.doing("submitting a task to a closed pool that has run %d", tasks)
		for range tasks {
			sh.insist(func() {})
		}
		if err := sh.closeCleanly(); err != nil {
			return err
		}
		methods := []func(func()) error{sh.pool.Go}
		if try := sh.trySubmitter(); try != nil {
			methods = append(methods, try.TryGo)
		}
		for _, method := range methods {
			if err := submitClosed(sh, method, declared); err != nil {
				return err
			}
		}
	}
	return nil
}

// submitClosed submits a task to a closed pool.
func submitClosed(sh *shift, method func(func()) error, declared strategies.Closed) error {
	before := sh.ended()
	submit := async(func() error {
		o := sh.by(method, func() {})
		if o.panicked != nil {
			panic(o.panicked)
		}
		return o.err
	})
	if !holds(sh.Stall, submit.returned) {
		return sh.fail(because("the submit to return", "Closed", declared), "it hangs:\n%s", sh.stuck())
	}
	o := submit.outcome
	switch declared {
	case strategies.ClosedPanics:
		if o.panicked == nil {
			return sh.fail(because("a panic", "Closed", declared), "the submit %s", o)
		}
	case strategies.ClosedError:
		if o.err == nil {
			return sh.fail(because("an error", "Closed", declared), "the submit %s", o)
		}
	case strategies.ClosedReusable:
		if !o.clean() {
			return sh.fail(because("the task to be accepted", "Closed", declared), "the submit %s", o)
		}
		if err := sh.closeCleanly(); err != nil {
			return err
		}
	}
	want := before
	if declared == strategies.ClosedReusable {
		want++
	}
	if ended := sh.settled(sh.ended); ended != want {
		return sh.fail("a task to run exactly if it was accepted", "accepted: %v, ran: %v", o.clean(), ended > before)
	}
	return nil
}
