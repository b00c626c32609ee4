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
// this one equals within the noise. A profile of it under 64 connections in
// closed loop says what the time goes to. Nine tenths are the kernel's: four
// tenths of all for sending, which on the loopback interface includes the
// delivery to the client's socket and waking it, the rest for receiving, for
// waiting and for the crossing into the kernel and back. Of what is left,
// upper-casing, counting and the loop itself have a tenth together.
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
