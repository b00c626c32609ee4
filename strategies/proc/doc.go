// Package proc starts child processes, watches them and ends them together with
// everything that they started. Most of them are this same program, started
// again in a [Role].
//
//	var worker = &proc.Role{Name: "worker", Hook: "mypool.Hook"}
//
//	// Hook is what the program calls first thing in main.
//	func Hook() {
//		if parent := worker.Claim(); parent != nil { // this process was started to be a worker
//			os.Exit(serve(parent.In, parent.Out))
//		}
//	}
//
//	func open(ctx context.Context) error {
//		cmd, err := proc.Self()
//		...
//		child, err := worker.Start(ctx, cmd, 30*time.Second)
//		...
//
// What holds:
//
//   - A child runs the program that was started, even if its file has been
//     replaced or deleted since, where the system allows it; else [Self] returns
//     an error.
//   - Only Claim turns a process into a child. A process that was started in a
//     role and has not claimed it cannot start others in it, so that a program
//     without the hook gets an error and never starts itself over and over.
//   - Parent and child talk through descriptors of their own, which programs that
//     the child starts do not inherit. What the child prints goes to standard
//     error, and its standard input is empty, so that it may print and read
//     without harm.
//   - That a process has ended is known from the process itself, and not from the
//     end of its output: neither a grandchild that keeps a descriptor open nor
//     another part of the program that waits for all children hides it.
//   - On Unix a process leads a process group. A Ctrl-C at the terminal does not
//     reach it, and all its descendants that have not left the group are killed
//     as soon as it has ended. Windows ends the tree of a process that is killed.
//   - A child in a role ends at once when its parent does.
//   - A [Place] gets another process when the one in it has ended, after a pause
//     that grows while none lasts.
//
// Cost: a child in a role takes four descriptors of its parent, one thread and
// two goroutines, and a few milliseconds to start.
package proc
