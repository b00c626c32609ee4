// Package processes is a pool of worker processes fed over pipes, the
// counterpart of Python's ProcessPoolExecutor.
//
// A worker is this same program, started again, which [Hook] turns into a
// worker before it does anything else:
//
//	func main() {
//		processes.Hook(strategies.Kind{Name: "resize", Run: resize})
//		pool, err := processes.Open(runtime.NumCPU())
//		...
//	}
//
// A func cannot cross to another process. A job names a kind given to Hook and
// carries its arguments as bytes; its result comes back as bytes.
//
// Use it for work that must not share a process with the program: that may
// crash, be killed, leak memory or call into code that does. A worker that
// dies is replaced, and the job it had is reported with an error that wraps
// [ErrWorkerDied]. Do not use it to use more CPUs, as Python must: goroutines
// do that at a few per cent of the price.
//
// What holds:
//
//   - A worker has one job at a time. Further jobs wait in the pool, in order
//     and without bound, as in Python; Submit never waits for a worker.
//   - A job runs at most once. It is never given to a second worker, since
//     nobody knows how far the first came.
//   - A panic, a runtime.Goexit or an error in a job is that job's error, and
//     the worker goes on.
//   - A worker runs with GOMAXPROCS=1: the limit counts processes, and so it
//     counts CPUs. A kind that wants more calls runtime.GOMAXPROCS.
//   - A job may print and read: its standard output goes to standard error, and
//     its standard input is empty. Pool and worker talk through descriptors of
//     their own, which programs that a job starts do not inherit.
//   - Workers do not get an interrupt from the terminal. They end with all that
//     they started when their pool closes, and at once when the program that
//     started them is gone.
//
// Cost: a job is a write and a read on each side, some ten to twenty
// microseconds where a goroutine takes half a microsecond; a worker is some
// milliseconds to start and some megabytes to keep.
package processes
