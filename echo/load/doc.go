// Package load puts a TCP server that upper-cases ASCII under a known load and
// says how long its replies took, and whether that figure can be believed. It
// needs nothing from the server but the echo, so any program in any language
// can stand at the other end. [Protocols] says how messages lie on the wire.
//
// # Open and closed loop
//
// In an open loop requests come when they come: every arrival is computed
// before the run from a seed, and latency counts from the planned moment. A
// server that stalls for half a second is charged for each request that was
// due meanwhile. In a closed loop each connection sends its next request after
// the reply to the last one, so a stalled server is also asked less: the
// figure is its capacity, and the latencies in it leave out the waiting that
// independent users would have done (coordinated omission, Gil Tene; "Open
// versus closed: a cautionary tale", Schroeder, Wierman, Harchol-Balter,
// NSDI'06).
//
// # Three times of a request
//
//	planned    when the schedule says so; in a closed loop, when the last reply was complete
//	written    when it was offered to its connection: its first write was tried or, where that
//	           had to wait for room in the socket or for the connection to be made, it was queued
//	received   when the last byte of the reply was read
//
// They give three histograms: response (planned to received) is what a user
// waits, service (written to received) what the server and the network add,
// lag (planned to written) what the generator itself was late. Connecting anew
// and a full socket count as service: they are the server's doing.
//
// # When a figure does not count
//
// The generator judges itself. A run is invalid, not slow, when requests went
// out late or not at all, when the generator's own CPU was the limit, when the
// two halves of the run disagree, when requests failed or stayed unanswered,
// or when the books do not balance: sent = received + failed + unanswered. An
// unanswered request is in the response histogram with its age at the end, a
// lower bound of the truth. A quantile is claimed only where a hundred requests lie
// beyond it: no 99th percentile under 10,000 requests.
//
// Every reply is compared byte for byte with the upper-case of what was sent,
// and what is sent varies from the seed.
//
// # Cost
//
// On Linux one locked thread serves many connections with epoll, wakes to the
// nanosecond (epoll_pwait2 with a timer slack of 1 ns), sends everything due
// and reads what is there; nothing is allocated in the steady state, and no
// goroutine stands behind a connection. Elsewhere each connection has a
// goroutine that reads and one that writes; timers there may wake late, and
// the lag shows it. The generator should have a process of its own: the CPU
// time it reports is that of its process.
package load
