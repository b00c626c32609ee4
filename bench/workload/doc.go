// Package workload says in words and numbers what a strategy or a server is
// measured with: a [Fanout] of tasks, or the [Traffic] of an echo server, as
// they stand in the names of benchmarks. It runs nothing.
package workload
