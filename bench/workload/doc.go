// Package workload says what a strategy or a server is measured with: a fan-out
// of tasks or the traffic of an echo server, as it stands in the name of a
// benchmark. It runs nothing.
package workload
