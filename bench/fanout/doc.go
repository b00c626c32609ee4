// Package fanout runs tasks under a strategy: a batch of them is submitted and
// awaited together, and every result is checked. A [Workload] says which tasks,
// and how results come back; [Open] makes of it, under one strategy, a side
// that takes turns with others.
package fanout
