// Package remote is the part of the contract that crosses processes: pools whose
// workers are other processes, and the jobs that they run.
package remote

// A Pool runs jobs in other processes. Jobs are data, because a func
// cannot cross to another process. Its methods may be called concurrently.
type Pool interface {
	// Submit hands over a job. After a nil error done is called exactly once,
	// from a goroutine of the pool, with the job's result or with the reason
	// why there is none. After any other error it is never called.
	Submit(job Job, done func(Result, error)) error

	// Close waits for every accepted job's done and ends the processes.
	Close() error
}

// A Job names a registered [Kind] and carries its arguments.
type Job struct {
	Kind string
	Args []byte
}

// A Result is what a job's kind made of its arguments.
type Result []byte

// A Kind is a job that worker processes know by name. Both sides must be the
// same build of the same program, and so no version is negotiated.
type Kind struct {
	Name string
	Run  func(args []byte) (Result, error)
}

// A ProcessOwner is a Pool that says which processes work for it, so
// that their CPU time and memory can be added to those of this process.
type ProcessOwner interface {
	PIDs() []int
}
