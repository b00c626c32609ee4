package strategytest

// A fault is something wrong with a fake pool that no trait can excuse.
type fault int

const (
	sound               fault = iota
	runsTwice                 // one task runs a second time
	loses                     // one task is accepted and never runs
	runsRefused               // a task that TryGo refuses runs all the same
	exceeds                   // one task more than the limit runs
	closesEarly               // Close does not wait if a submitter waits in Go
	leavesSubmitter           // Close does not free who waits in Go
	leavesGoroutine           // Close leaves a goroutine
	closesOnce                // the second Close hangs
	panicsTwice               // the second Close panics
	freesLate                 // a place is free again only a second after a panic
	freesNext                 // a place is free again only when a task ends after a Goexit
	acceptsClosed             // a submit after Close returns nil, and the task never runs
	losesRacing               // a submit that races Close may be accepted and lost
	miscounts                 // Cancelled returns one too many
	cancelHangs               // Cancel keeps Close from returning
	tryWaits                  // TryGo waits like Go
	partOfAnyLimit            // a part may have a limit below 1 or above that of the whole
	partExceeds               // one task more than its limit runs in a part
	partUncounted             // a part's tasks take no place of the whole
	partClosesEarly           // Close of a part does not wait
	partClosesLate            // Close of a part waits for the tasks of the whole as well
	partClosesWhole           // Close of a part closes the whole
	partKeepsPlaces           // Close of a part does not give back the places its tasks had
	partLeavesGoroutine       // Close of a part leaves a goroutine
	partMiscounts             // Cancelled does not count the tasks that waited in a part
	partHangs                 // after Cancel, Close of a part waits for the tasks that were given up
	partRunsLast              // of the tasks that wait in a part, Cancel forgets the last
	refusesAll                // every submit is refused
	wastesOne                 // of more than four workers one is never used
	contextIgnored            // GoContext waits on when its context has ended
	contextRuns               // it gives up, and the task runs all the same
	contextLoses              // it returns nil when it gives up
	contextHides              // its error does not wrap the context's
	contextTakesWorker        // giving up costs a worker, of two
	contextMuffles            // giving up keeps the next waiter for one of two workers from being woken
	handlesNever              // a panic does not reach the handler
	handlesTwice              // it reaches the handler twice
	handlesLate               // it reaches the handler after Close
	hangs                     // no submit ever returns
)

// small is the limit at which faults show that would elsewhere depend on the
// scheduler, so that each fails the same rules in every run.
const small = 2

// many is how many tasks a fault that is to show only under load waits for.
const many = 590
