package stealing

import "errors"

// Why a task was refused, or ended without a result.
var (
	// ErrClosed refuses what is submitted after Close has begun.
	ErrClosed = errors.New("stealing: the pool is closed: submit before Close")

	// ErrCancelled refuses what is submitted after Cancel, and is reported for
	// tasks that Cancel kept from starting.
	ErrCancelled = errors.New("stealing: the pool was cancelled before the task started")

	// ErrFull is TryGo's answer where Go would wait.
	ErrFull = errors.New("stealing: the queue is full: try again later, or wait in Go")

	// ErrGoexit is the result of a task that ended in runtime.Goexit, which
	// t.FailNow calls.
	ErrGoexit = errors.New("stealing: the task called runtime.Goexit and has no result")

	// ErrInside refuses a Close that would wait for its own caller.
	ErrInside = errors.New("stealing: Close was called by a task of the pool, for which it would wait for ever: call it from outside")

	errNil = errors.New("stealing: Go: the task is nil")
)
