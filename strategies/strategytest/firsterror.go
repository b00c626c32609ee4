package strategytest

import (
	"fmt"
	"sync/atomic"

	"github.com/poolbench/poolbench/strategies"
)

// failFirst proves what rule 9 says of every idiom.
func failFirst(tr *trial) error {
	for _, idiom := range tr.strategy.Idioms {
		for _, limit := range []int{1, 3} {
			if tr.traits.Capacity == strategies.CapacitySequential && limit > 1 {
				continue // one task after the other: none runs beside the one that fails
			}
			if err := failsFirst(tr, idiom, limit); err != nil {
				return err
			}
		}
	}
	return nil
}

// failsFirst has the first task to begin fail while the others that run wait,
// so that the error is known before any of them ends. What begins meanwhile
// waits as well: it raced the error, and there is room for no more than limit.
func failsFirst(tr *trial, idiom strategies.Idiom, limit int) error {
	const n = 100
	tr.doing("idiom %q: with limit %d, mapping %d tasks of which the first to begin fails", idiom.Name, limit, n)
	fail, rest := tr.gate(), tr.gate()
	var begun, ended atomic.Int64
	mapping := async(func() error {
		return idiom.Map(limit, n, func(i int) (uint64, error) {
			defer ended.Add(1)
			if begun.Add(1) == 1 {
				fail.wait()
				return 0, errTask(i)
			}
			rest.wait()
			return result(i), nil
		}, func(uint64) {})
	})
	if !tr.reaches(begun.Load, int64(limit)) {
		return tr.fail(fmt.Sprintf("%d tasks to run at once", limit), "%d", begun.Load())
	}
	before := tr.settled(begun.Load)
	fail.open()
	if !tr.reaches(ended.Load, 1) {
		return tr.fail("the first task to end", "it does not")
	}
	tr.settled(begun.Load)
	rest.open()
	if !tr.comes(ended.Load, mapping.returned) {
		return tr.fail("Map to return after the first error", "Map hangs after %d of %d tasks:\n%s", ended.Load(), n, tr.stuck())
	}
	if o := mapping.outcome; o.panicked != nil || o.exited {
		return tr.fail("Map to return", "Map %s", o)
	}
	after := tr.settled(begun.Load) - before
	if idiom.Continues && before+after != n {
		return tr.fail("all others to run after the first error (Idiom.Continues: true)", "%d of %d", after, n-before)
	}
	if !idiom.Continues && after > int64(limit) {
		return tr.fail(fmt.Sprintf("at most %d to start after the first error (Idiom.Continues: false)", limit), "%d of %d", after, n-before)
	}
	return nil
}
