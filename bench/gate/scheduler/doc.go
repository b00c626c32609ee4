// Package scheduler runs processes under a scheduling policy, led by a thread of
// higher priority. That thread stops and continues them every millisecond, so it
// must not wait for a CPU behind them.
//
// Under the round-robin policy a process keeps its CPU from the rest of the
// system, which halves the noise of what it measures. It needs root or a limit
// (ulimit -r) of Rank+1 or more, and it exists on Linux alone. First-in-first-out
// is left out on purpose: a process that spins under it can stop a machine.
package scheduler
