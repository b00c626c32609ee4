// Package netpoll serves the echo on the event loops of
// github.com/cloudwego/netpoll, used as its documentation advises: OnRequest
// takes what has been read without copying it, and Flush sends the answer.
//
// [Serve] honours echo.Options as far as the library lets it:
//
//   - ReadSize, Transform, WriteTimeout, MaxConnections and Grace as they are.
//   - IdleTimeout by looking at all connections four times in a timeout, because
//     the library's own is TCP keep-alive and sees only whether the peer lives.
//   - Stats, but for Resets: the library does not tell a connection that was
//     reset from one that was closed, unless an answer meets it; and but for
//     Starved: nobody waits for a loop.
//   - Log gets connections that fail. The library logs by itself, to standard
//     error, when accepting fails and when Transform panics.
//
// What it cannot promise, and echo.Serve does:
//
//   - A client that closes its sending side gets no further answer. The library
//     takes that for the end of the connection.
//   - A loop reads whatever there is, also while an answer waits for its client.
//     A client that sends and never reads fills memory until WriteTimeout.
//   - A drain closes a connection that is idle at that moment, and the listening
//     socket with all that wait in its queue. What arrives just then is lost.
//
// The loops belong to the program and stay when Serve has returned, one goroutine
// each. Servers that run at the same time share them and must agree on their
// number. The documentation advises one per twenty CPUs, as [Loops] computes it.
// The library closes the descriptor of its listener twice: a program that opens
// files in that very moment may lose one.
//
// On Windows, where the library does not exist, Serve returns an error.
package netpoll
