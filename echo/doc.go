// Package echo is a TCP server to compare concurrency strategies with: it
// upper-cases the ASCII letters it is sent and returns the bytes.
//
// It knows no strategy. [Serve] takes the one function that every pool has,
// run(task) error, and hands it tasks of the [Dispatch] that is asked for:
//
//	err := echo.Serve(ctx, listener, pool.Go, echo.Options{Dispatch: echo.PerMessage})
//
// [ServeRemote] is for pools of processes, to which only bytes can be sent,
// and [ServeAcceptors] is the server without a pool: so many goroutines that
// accept a connection and serve it in place. [Handle] serves a single
// connection in the caller's goroutine and [Upper] is the work itself, for
// servers that own their socket, such as an event loop.
//
// # What is served
//
// The connection is a stream of bytes. A message is whatever one read returns,
// at most [Options.ReadSize] bytes; messages are answered in order, each with
// as many bytes as it had. Only the bytes a to z change, so text in UTF-8 stays
// intact however it is cut. A client that closes its sending side is answered
// in full; one that resets its connection is forgotten quietly.
//
// # What it costs
//
// A message costs a read, a write and, when the reader comes before the bytes,
// the read that finds nothing yet; these are the system calls of any Go server
// that reads and writes. Nothing is allocated. A task per message adds two
// hand-overs between goroutines, from reader to pool and back.
//
// An idle connection holds 3.9 KB, measured as resident memory with 10,000 of
// them: 2 KB are the stack of its goroutine, a third of a kilobyte is this
// package's and the rest the runtime's and package net's. On Unix it waits for
// bytes without a buffer and so costs the same whatever ReadSize is; elsewhere,
// and on connections that are no sockets, it holds one buffer more. Timeouts cost a message nothing: one goroutine looks at all
// connections now and then instead of a timer in each.
//
// # When it ends
//
// Cancel the context to drain the server. It accepts nothing more, answers
// every byte that has arrived, also on connections that still wait for a place
// of the pool, and ends each connection as soon as nothing is left to answer:
// idle ones at once. Whatever is open after [Options.Grace] is closed.
package echo
