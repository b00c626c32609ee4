// Package prefork serves the echo from several processes on one listening
// socket, the counterpart of a Python server that hands its socket to a
// ProcessPoolExecutor.
//
// A serving process is this same program, started again, which [Hook] turns
// into one before it does anything else:
//
//	func main() {
//		prefork.Hook(nil)
//		ln, err := net.Listen("tcp", "127.0.0.1:7007")
//		...
//		err = prefork.Serve(ctx, ln, runtime.NumCPU(), echo.Options{})
//	}
//
// Use it when connections must not share a process: when a crash may cost only
// some of them, or when each process may only use one CPU. Do not use it to use
// more CPUs, as Python must: goroutines do that, and they also share out the
// connections evenly, which the kernel does not.
//
// What holds:
//
//   - Every process accepts from the same socket, which it was given as a file
//     descriptor, and serves each connection in a goroutine, with GOMAXPROCS=1.
//     The process that called Serve accepts nothing and holds no connection.
//   - A process that ends, by a panic or a signal, costs its own connections.
//     The others go on, and another takes its place: at once, or after a pause
//     that doubles from 10 milliseconds to 2 seconds while it keeps dying young or
//     cannot be started. Its end is noticed although a process that it started holds
//     its descriptors open, or another part of the program waits for any child.
//   - Every process runs the program that called Serve, also when its file has been
//     replaced or deleted since (where the system allows that, as Linux does), in the
//     working directory and with the environment and umask of that moment.
//   - A drain tells every process to drain. Options.Stats sums up what the
//     processes count, which it asks them for; what a process that was killed
//     had counted since it was last asked is lost, and the connections that it
//     then had are counted as failed. Options.Log gets what they log.
//   - Options.MaxConnections is shared out evenly, so that a process may refuse
//     a connection while another has room.
//   - Options.Transform cannot cross to another process and is refused: Hook
//     takes it.
//   - The processes do not get an interrupt from the terminal, drain on SIGTERM,
//     and end as soon as the one that started them is gone.
//
// Cost: a process is some milliseconds to start and some megabytes to keep, and
// every new connection wakes up all that are idle.
//
// Where there are no descriptors to inherit, on Windows, Serve returns an error.
package prefork
