// Package machine reads facts about this machine and the processes on it.
//
// They go into the head of a result file, so that a reader knows which machine
// it is of, and beside each measurement. A fact that the platform does not offer
// is "", 0 or -1, as its function says, and never an error: a measurement does
// not fail because a CPU has no name. Each call reads the system anew.
package machine
