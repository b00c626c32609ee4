package stealing

// A job is what the pool's queues hold: a task, a task of a group, a future,
// or a loop that calls for help.
type job interface {
	// run does the job in a worker's goroutine. It may panic or call
	// runtime.Goexit.
	run()

	// drop is called instead of run once the pool is cancelled, and tells
	// whoever waits.
	drop()

	// tasks returns how many accepted tasks are lost when the job is dropped.
	tasks() int64
}

// A plain job is a task given to Go. A func is a single pointer, and so it
// becomes a job without an allocation.
type plain func()

func (f plain) run()       { f() }
func (plain) drop()        {}
func (plain) tasks() int64 { return 1 }
