package strategies

import (
	"time"

	"github.com/poolbench/poolbench/strategies/declare"
)

// Traits say how a strategy falls short of the strongest guarantees. The zero
// value stands for all of them, so that a trait left out by mistake fails a rule
// of the conformance kit instead of hiding a weakness.
type Traits struct {
	Limit     Limit         // how many tasks may run at once
	Full      Full          // what Go does while limit tasks are running
	Panic     Panic         // what becomes of a task's panic
	Slots     Slots         // whether a panic costs capacity
	Goexit    Goexit        // what runtime.Goexit in a task does
	Nested    Nested        // whether a task may submit a task
	Cancel    Cancel        // for a Canceler: what happens to queued tasks
	Parts     Parts         // for a Canceler that is a Divider: what happens to those queued in a part
	Race      Race          // a submit that races Close
	Closed    Closed        // a submit after Close
	PanicOnce PanicOnce     // whether an old panic is reported again
	Capacity  Capacity      // whether free capacity is always used
	Idle      Idle          // the first task after a long pause
	Resize    Resize        // for a Resizer: when the new limit holds
	Sharing   Sharing       // whether two pools of one strategy affect each other
	Purge     time.Duration // idle workers leave after this time; 0: they stay. A nanosecond: they leave at once
}

// Limit says how many tasks may run at once.
type Limit int

const (
	LimitExact Limit = iota // never more than the limit
	LimitNone               // the limit is ignored
)

// Full says what Go does while limit tasks are running.
type Full int

const (
	FullBlocks             Full = iota // waits for a worker
	FullBuffers                        // accepts a bounded number more, then waits
	FullQueues                         // accepts without bound
	FullRejects                        // returns an error
	FullBuffersThenRejects             // accepts a bounded number more, then returns an error
	FullBlocksThenRejects              // a bounded number of submitters waits, any further one gets an error
)

// Rejects reports whether Go may return an error because the pool is full.
func (v Full) Rejects() bool {
	return v == FullRejects || v == FullBuffersThenRejects || v == FullBlocksThenRejects
}

// Panic says what becomes of a task's panic.
type Panic int

const (
	PanicRaised    Panic = iota // Close panics with it
	PanicReturned               // Close returns it as an error; a remote job's done gets it
	PanicHandled                // a func of the program gets it: the pool is a PanicNotifier
	PanicSubmitter              // it reaches the caller of Go, in whose goroutine the task ran
	PanicLogged                 // it is written to standard error, or to a logger that writes there by default
	PanicSwallowed              // it is reported nowhere; at most it is counted
	PanicCrashes                // the process dies
)

// Slots says whether a panicking task costs capacity.
type Slots int

const (
	SlotsSurvive  Slots = iota // the worker is free again at once
	SlotsMayBlock              // it is free, but a waiting submitter may go on waiting until the next submit
	SlotsLeak                  // each panic makes the pool smaller
)

// Goexit says what runtime.Goexit in a task does (t.FailNow calls it).
type Goexit int

const (
	GoexitSafe      Goexit = iota // ends that task only
	GoexitSubmitter               // ends the goroutine that called Go, in which the task ran
	GoexitMayBlock                // ends that task, but a waiting submitter may go on waiting until the next submit
	GoexitLeaks                   // each one makes the pool smaller
	GoexitHangs                   // Close waits forever
	GoexitCrashes                 // the process dies
)

// Nested says whether a task may submit a task to its own pool.
type Nested int

const (
	NestedSafe      Nested = iota // always
	NestedDeadlocks               // waits forever when every worker runs a task that waits so
)

// Cancel says what a Canceler does with tasks that wait in the pool.
type Cancel int

const (
	CancelStops Cancel = iota // none of them starts
	CancelRuns                // they run all the same
)

// Parts says what the Cancel of a Divider does with tasks that wait in a part of
// it.
type Parts int

const (
	PartsStop   Parts = iota // none of them starts
	PartsHanded              // those run that the part has already submitted to the parent pool
	PartsRun                 // they run all the same
)

// Race says what happens to a submit that races Close.
type Race int

const (
	RaceError     Race = iota // it is accepted and run, or gets an error
	RaceLate                  // as well, but Close may return before it has run
	RaceHangs                 // as well, but the submit may wait forever
	RacePanics                // it may panic
	RaceUndefined             // the documentation forbids it, so it is not tried
)

// Closed says what a submit after Close does.
type Closed int

const (
	ClosedError     Closed = iota // returns an error
	ClosedReusable                // runs the task; the pool can be closed again
	ClosedPanics                  // panics
	ClosedUndefined               // the documentation forbids it, so it is not tried
)

// PanicOnce says whether a panic that was reported is reported again.
type PanicOnce int

const (
	PanicOnceKept   PanicOnce = iota // no
	PanicOnceBroken                  // yes, by every later Close
)

// Capacity says whether free capacity is always used.
type Capacity int

const (
	CapacityUsed       Capacity = iota // limit tasks overlap, and a free worker wakes a waiting submitter
	CapacitySplit                      // a task may wait, or be rejected, because one part of the pool is full while another is idle
	CapacitySequential                 // each task runs in the goroutine that submits it, one after the other
)

// Idle says what becomes of a task that is submitted after a pause longer than
// the pool's purge interval.
type Idle int

const (
	IdleRuns   Idle = iota // it runs
	IdleStalls             // it may wait until the next submit
)

// Resize says when a Resizer's new limit holds.
type Resize int

const (
	ResizeExact  Resize = iota // for every task that starts afterwards
	ResizeLate                 // after workers of the old limit have gone
	ResizeIgnore               // not at all while busy
)

// Sharing says whether two pools of one strategy affect each other.
type Sharing int

const (
	SharingNone     Sharing = iota // they do not
	SharingCapacity                // one pool's tasks take the other's workers
)

// Errors says which errors an idiom returns when several tasks fail.
type Errors int

const (
	ErrorsJoined Errors = iota // all of them
	ErrorsFirst                // the first to happen
	ErrorsNone                 // the API has no way to return one
)

func (v Limit) String() string {
	return declare.Word(v, "at most the limit", "no limit")
}

func (v Full) String() string {
	return declare.Word(v, "blocks", "buffers, then blocks", "queues without bound", "rejects", "buffers, then rejects", "blocks some submitters, then rejects")
}

func (v Panic) String() string {
	return declare.Word(v, "re-raised by Close", "returned as an error", "passed to a handler", "reaches the submitter", "logged", "swallowed", "crashes the process")
}

func (v Slots) String() string {
	return declare.Word(v, "survive a panic", "may block waiters forever", "lost to panics")
}

func (v Goexit) String() string {
	return declare.Word(v, "ends the task only", "ends the submitter", "may block waiters forever", "loses a worker", "hangs Close", "crashes the process")
}

func (v Nested) String() string {
	return declare.Word(v, "safe", "can deadlock")
}

func (v Cancel) String() string {
	return declare.Word(v, "queued tasks never start", "queued tasks still run")
}

func (v Parts) String() string {
	return declare.Word(v, "queued tasks never start", "tasks already in the parent run", "queued tasks still run")
}

func (v Race) String() string {
	return declare.Word(v, "runs or returns an error", "may run after Close", "may wait forever", "may panic", "undefined")
}

func (v Closed) String() string {
	return declare.Word(v, "error", "usable again", "panics", "undefined")
}

func (v PanicOnce) String() string {
	return declare.Word(v, "reported once", "reported again by every Close")
}

func (v Capacity) String() string {
	return declare.Word(v, "used", "may leave a worker idle", "sequential")
}

func (v Idle) String() string {
	return declare.Word(v, "runs", "may stall")
}

func (v Resize) String() string {
	return declare.Word(v, "exact", "late", "ignored while busy")
}

func (v Sharing) String() string {
	return declare.Word(v, "nothing", "capacity")
}

func (v Errors) String() string {
	return declare.Word(v, "all, joined", "the first", "none")
}
