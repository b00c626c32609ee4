package stealing

import "time"

const (
	// shortTask is what a task may take for a worker to draw whole batches:
	// no job lies longer in a batch than some 250 us, even if nobody steals
	// it. For longer tasks it does not matter what drawing them costs.
	shortTask = 2 * time.Microsecond

	// longTask is what a task takes where waking a worker for each is worth
	// while.
	longTask = 200 * time.Microsecond

	// pileUp is how long a worker waits for tasks to pile up, if it was done
	// with what it drew in less; so long may tasks be delayed by that. Who
	// drew only a few has no reason to expect more, and who drew many no need.
	pileUp = 2 * time.Microsecond
	few    = 3
	many   = shortestLane * 3 / 4 // and less than any lane beside others can hold

	// yieldAfter is how long a worker must have worked before it lets
	// submitters have its processor: the switch should cost little beside.
	yieldAfter = 5 * time.Microsecond
)

// began is where the process's clock starts: with it, reading the monotonic
// clock alone is twice as fast as time.Now.
var began = time.Now()

// isTooSoon reports that the worker is as fast as submitters, which have given
// it as many tasks as it drew. It would come back for a handful each time, and
// what it costs to pass the lane's cache lines to and fro would be paid for
// those, by the submitters too.
func (w *worker) isTooSoon(drew int) bool {
	return few < drew && drew < many && w.worked < pileUp
}

// letPileUp waits until there are more tasks, while submitters are at it.
func (w *worker) letPileUp() {
	const looks = 40 // at the clock, 50 ns each; in a synctest bubble it stands still
	until := w.since + pileUp
	for i := 0; i < looks && w.since < until && w.pool.filled.Load() != 0; i++ {
		w.since = time.Since(began)
	}
}

// time looks at the clock before the jobs that were just drawn are started.
// Where tasks are long, what they wait for tends to come for many at once, and
// then each look counts; so one in so many is enough.
func (w *worker) time() {
	const sample = 8
	switch {
	case w.pool.patient.Load() && w.draws%sample != 0:
		w.timed = false
	case !w.timed:
		w.timed, w.since = true, time.Since(began)
	}
}

// measure looks how long the jobs took that the worker drew last.
func (w *worker) measure() {
	if !w.timed {
		w.drew, w.worked = 0, 0
		return
	}
	now := time.Since(began)
	if w.drew > 0 {
		each := (now - w.since) / time.Duration(w.drew)
		w.short = each < shortTask
		if long := each > longTask; long != w.pool.patient.Load() {
			w.pool.patient.Store(long)
		}
	}
	w.drew, w.worked, w.since = 0, now-w.since, now
}
