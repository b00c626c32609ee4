package strategies

import (
	"context"

	"github.com/poolbench/poolbench/strategies/declare"

	"github.com/poolbench/poolbench/strategies/remote"
)

// A Strategy is one way of running many tasks at once. Declare it once as a
// value and never modify it.
type Strategy struct {
	// Name identifies the strategy everywhere: on the command line and as
	// strategy=NAME at the end of a benchmark's name. Lower-case letters and
	// digits, beginning with a letter.
	Name string

	// Doc is a title line, then a blank line, then when to use it and when not.
	Doc string

	// URL leads to the strategy's documentation.
	URL string

	// Module is the path of the Go module that implements it, empty for the
	// standard library and for this module's own code. The version that was
	// linked in is looked up under this path.
	Module string

	// Traits say how it falls short; the zero value guarantees the most.
	Traits Traits

	// Open makes a pool that runs at most limit tasks at once in this
	// process. limit is at least 1.
	Open func(limit int) (Pool, error)

	// OpenRemote makes a pool that runs registered jobs in other processes.
	// Exactly one of Open and OpenRemote is set.
	OpenRemote func(limit int) (remote.Pool, error)

	// Idioms are the library's own ways of mapping n inputs to n results.
	Idioms []Idiom

	// Options are further ways to open its pools, which guarantee something else.
	Options []Option

	variant bool // made by Variants
}

// Title returns the first line of Doc.
func (s *Strategy) Title() string { return declare.Title(s.Doc) }

// Advice returns what Doc says after its title, as one line.
func (s *Strategy) Advice() string { return declare.Advice(s.Doc) }

// DefaultLimit returns the limit to use on a machine with that many CPUs when
// none was chosen: five tasks per CPU in this process, one process per CPU,
// as Python's ThreadPoolExecutor and ProcessPoolExecutor began with.
func (s *Strategy) DefaultLimit(cpus int) int {
	if s.OpenRemote != nil {
		return max(1, cpus)
	}
	return max(1, 5*cpus)
}

// A Pool runs tasks. Its methods may be called concurrently.
type Pool interface {
	// Go hands over a task. A nil error means that the task will run exactly
	// once; any other error means that it will never run. Whether Go waits,
	// queues or refuses when limit tasks are running is the Full trait.
	Go(task func()) error

	// Close waits for every accepted task and then frees everything the pool
	// holds: goroutines, processes, and submitters that still wait in Go. What
	// became of panicking tasks surfaces here, as the Panic trait says.
	Close() error
}

// An Idiom is a library's own way of mapping n inputs to n results, such as a
// result pool, a stream or a parallel iterator. An idiom is never emulated: a
// library that has none has no row.
type Idiom struct {
	// Name is the idiom=NAME of its benchmark; the same form as Strategy.Name.
	Name string

	// Doc says in a line which API of the library it is.
	Doc string

	// Map runs task(0) to task(n-1), at most limit at once, and calls yield
	// once for each result, never concurrently. When tasks fail it returns
	// the errors that the Errors trait names; which results it then yields is
	// the library's affair.
	Map func(limit, n int, task func(i int) (uint64, error), yield func(result uint64)) error

	// Streams says that results are yielded while tasks still run. Otherwise
	// the first yield comes after the last task.
	Streams bool

	// Unordered says that results come in no particular order. Otherwise
	// they come in the order of the inputs.
	Unordered bool

	// Errors says which of several errors Map returns.
	Errors Errors

	// Continues says that a task's error keeps no other task from starting.
	// Otherwise no task starts after the first error, but for at most limit
	// that race it.
	Continues bool
}

// A Canceler is a Pool that can give up its queue. Cancel may be called at
// any time, by anyone, and more than once.
type Canceler interface {
	// Cancel stops tasks that wait in the pool from starting, and returns at
	// once. Tasks that run go on to their end. The tasks given up are the one
	// exception to "accepted runs exactly once": Cancelled counts them.
	Cancel()

	// Cancelled returns how many accepted tasks will never run. It is final
	// after Close.
	Cancelled() int
}

// A Resizer is a Pool whose limit can change while it is busy.
type Resizer interface {
	// Resize sets the limit, at least 1, and returns at once: it holds for
	// every task that starts from now on.
	Resize(limit int)
}

// A Divider is a Pool of which parts can be set aside, so that one kind of work
// cannot take every place.
type Divider interface {
	// Divide makes a part of the pool: a pool with a limit of its own, from 1 to
	// that of the whole, and any other is an error. A task of the part runs in a
	// place of the whole, and so counts against both limits.
	//
	// Close of a part waits for the tasks of that part only, and frees what the
	// part holds; the whole and its other parts go on. Close every part before
	// the whole. Where the whole is a [Canceler], its Cancel also reaches the
	// tasks that wait in a part, and its Cancelled counts them.
	Divide(limit int) (Pool, error)
}

// A TrySubmitter is a Pool that can reject instead of wait.
type TrySubmitter interface {
	// TryGo is like Pool.Go but returns an error where Go would wait.
	TryGo(task func()) error
}

// A ContextSubmitter is a Pool in which a submitter can stop waiting.
type ContextSubmitter interface {
	// GoContext is like Pool.Go but stops waiting when ctx ends: it returns an
	// error that wraps ctx.Err(), and the task never runs. A ctx that has ended
	// before the call may be refused even if there is room.
	GoContext(ctx context.Context, task func()) error
}

// A PanicNotifier is a Pool that passes the panics of its tasks to a func.
type PanicNotifier interface {
	// OnPanic sets the func that is called once with the value of every panic,
	// before Close returns. It may be called concurrently. Call OnPanic before
	// the first task is submitted.
	OnPanic(handle func(value any))
}
