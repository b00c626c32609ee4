package strategytest

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
)

// keepsLimit proves rule 2.
func keepsLimit(tr *trial) error {
	for _, limit := range []int{1, 3} {
		if err := overload(tr, limit); err != nil {
			return err
		}
	}
	if tr.traits.Limit == strategies.LimitNone {
		return nil
	}
	if err := churn(tr); err != nil {
		return err
	}
	if tr.offers.Divide {
		if err := partKeepsLimits(tr); err != nil {
			return err
		}
	}
	for _, idiom := range tr.strategy.Idioms {
		if err := idiomKeepsLimit(tr, idiom); err != nil {
			return err
		}
	}
	return nil
}

// overload submits more tasks than may run, all of which wait, so that
// every one that starts is seen.
func overload(tr *trial, limit int) error {
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	tasks := limit + 4
	tr.doing("with limit %d, submitting %d tasks that wait, each from a goroutine of its own", limit, tasks)
	g := tr.gate()
	pr.send(tasks, g.wait)
	if tr.traits.Limit == strategies.LimitNone {
		if !tr.reaches(pr.running, int64(tasks)) {
			return tr.fail(because("all to run at once", "Limit", tr.traits.Limit), "%d running", pr.running())
		}
	} else {
		if !tr.reaches(pr.running, 1) {
			return tr.failAs("exactly-once", "some to run", "none does")
		}
		if running := tr.settled(pr.running); running > int64(limit) {
			return tr.fail(because(fmt.Sprintf("at most %d to run at once", limit), "Limit", tr.traits.Limit), "%d running", running)
		}
	}
	g.open()
	return pr.finish()
}

// churn submits many short tasks in bursts. Between the bursts idle workers
// leave, if they do.
func churn(tr *trial) error {
	const limit, submitters, each = 3, 8, 25
	pr, err := tr.open(limit)
	if err != nil {
		return err
	}
	for burst := range 2 {
		if burst > 0 {
			tr.pause()
		}
		tr.doing("with limit %d, submitting %d short tasks from each of %d goroutines, burst %d", limit, each, submitters, burst+1)
		for range submitters {
			pr.submitters.Go(func() {
				for range each {
					pr.insist(func() {
						for range 5 {
							runtime.Gosched()
						}
					})
				}
			})
		}
		if err := pr.submittersReturn(); err != nil {
			return err
		}
	}
	if err := pr.finish(); err != nil {
		return err
	}
	if pr.peak() > limit {
		return tr.fail(because(fmt.Sprintf("at most %d to run at once", limit), "Limit", tr.traits.Limit), "%d", pr.peak())
	}
	return nil
}

// idiomKeepsLimit counts the tasks of an idiom that run at once.
func idiomKeepsLimit(tr *trial, idiom strategies.Idiom) error {
	const limit, n = 3, 20
	tr.doing("idiom %q: with limit %d, mapping %d tasks that wait", idiom.Name, limit, n)
	g := tr.gate()
	var running atomic.Int64
	mapping := async(func() error {
		return idiom.Map(limit, n, func(int) (uint64, error) {
			running.Add(1)
			defer running.Add(-1)
			g.wait()
			return 0, nil
		}, func(uint64) {})
	})
	if !tr.reaches(running.Load, 1) {
		return tr.fail("some to run", "none does")
	}
	if now := tr.settled(running.Load); now > limit {
		return tr.fail(fmt.Sprintf("at most %d to run at once", limit), "%d running", now)
	}
	g.open()
	if o := mapping.wait(); !o.clean() {
		return tr.fail("Map to return nil", "Map %s", o)
	}
	return nil
}
