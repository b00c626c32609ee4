// Package processes is a pool of worker processes fed over pipes, the
// counterpart of Python's ProcessPoolExecutor.
//
// A worker is this same program, started again, which [Hook] turns into a
// worker before it does anything else:
//
//	func main() {
//		processes.Hook(remote.Kind{Name: "resize", Run: resize})
//		pool, err := processes.Open(runtime.NumCPU())
//		...
//	}
//
// A func cannot cross to another process. A job names a kind given to Hook and
// carries its arguments as bytes; its result comes back as bytes.
//
// Use it for work that must not share a process with the program: that may
// crash, be killed, leak memory or call into code that does. Do not use it to use
// more CPUs, as Python must: goroutines do that at a few per cent of the price.
//
// What holds:
//
//   - A worker has one job at a time. Further jobs wait in the pool, in order
//     and without bound, as in Python. Submit returns at once for arguments of any
//     size, and each done runs in a goroutine of its own.
//   - A job runs at most once. When its worker dies, it is reported with an error
//     that wraps [ErrWorkerDied] and says how the worker ended, and never given to a
//     second one: how far the first came is unknown.
//   - A panic, a runtime.Goexit or an error in a job is that job's error, and
//     the worker goes on.
//   - A worker that dies is replaced, and one that cannot be started is tried again
//     for ever, with a pause that doubles from 10 milliseconds to 2 seconds; each is
//     a warning in the default log of package slog. Jobs wait meanwhile. Only a
//     closed pool gives up, after three attempts.
//   - Every worker runs the program that opened the pool, also when its file has
//     been replaced or deleted since (where the system allows that, as Linux does),
//     in the working directory and with the environment and umask of that moment.
//   - A job may print and read: its standard output goes to standard error, and
//     its standard input is empty. Pool and worker talk through descriptors of
//     their own, which programs that a job starts do not inherit, and every answer
//     bears the number of its job.
//   - A dead worker is noticed although a process that it started holds its
//     descriptors open, or another part of the program waits for any child.
//   - A worker runs with GOMAXPROCS=1: the limit counts processes, and so it
//     counts CPUs. A kind that wants more calls runtime.GOMAXPROCS, for one job.
//   - Workers are out of reach of an interrupt at the terminal, and ignore SIGINT,
//     SIGTERM and SIGHUP. They end, on Unix with all that they started in their
//     process group, when their pool closes, and at once when the program that
//     started them is gone.
//   - Close waits for every job. Shutdown, of a [Stopper], kills what has not ended
//     in time, also a worker that is being started.
//
// Cost: a job is a write and a read on each side, some ten to twenty
// microseconds where a goroutine takes half a microsecond; arguments and results
// of up to 64 kB are copied once on either side, larger ones only by the system. A
// worker is some milliseconds to start and some megabytes to keep; after a job with
// more than 4 MB it gives memory back.
package processes
