// Package harness works out from committed runs how far a figure can be relied on:
// what the negative controls show, how narrow the intervals are, what the harness
// itself costs a task, and what it changes that strategies share a process. It is
// all tests, which keep results/control/README.md current.
package harness
