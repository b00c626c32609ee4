// Package eventloop serves the echo from event loops of its own, on Linux: a
// goroutine that waits with epoll for many connections, and for each that is
// ready reads a message, has it transformed and writes the answer.
//
//	err := eventloop.Serve(ctx, listener, loops, echo.Options{})
//
// # What it costs
//
// A message costs a read and a write, and its share of a wait that returns up
// to 128 ready connections. Nothing is allocated, no goroutine is woken, and
// the scheduler is told of nothing but the wait. An idle connection holds about
// a hundred bytes here, and no buffer: a loop has one for all its connections.
//
// results/echo holds the measurement of the CPU time that a request costs the
// server, beside that of the same server in C (scripts/peers/c/epoll.c), which
// this one comes within a few hundredths of. A profile under the same load (64
// connections in closed loop, one loop) says what the time goes to. Two thirds
// are sending, half of which is the delivery to the client that the loopback
// interface makes the sender do; receiving and waiting take a tenth each, and
// crossing into the kernel and back some more: nine tenths of all are the
// kernel's, for which C pays the same. A twentieth is the entry to the system
// calls on this side, and what is left, a little more than that, is the loop,
// upper-casing, counting and the scheduler.
//
// # How many loops
//
// Less than one for each CPU that Go may use (GOMAXPROCS): a loop that waits
// keeps its place in the scheduler for a moment, in case that it goes on at
// once. With no place left over the scheduler takes it away again and again, at
// several microseconds each; at a load that leaves loops waiting that doubled
// what a request costs.
//
// One loop accepts and deals connections to all in turn. The alternatives that
// Linux has leave the choice to the kernel: with the listening socket in every
// set it wakes the same loop as long as that one keeps up, which so gets most of
// the connections, and with a socket for each loop (SO_REUSEPORT) it draws lots
// (Majkowski, Why does one NGINX worker take all the load?, 2017).
//
// # What it does not do
//
// Transform runs in the loop, so one that blocks or computes for long holds up
// all connections of its loop. Fairness is kept between messages: after sixteen
// of one connection others get their turn.
package eventloop
