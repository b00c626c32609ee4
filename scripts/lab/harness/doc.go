// Package harness holds committed runs to what the documents say of them: how far a
// figure can be relied on.
//
// It works out what the negative controls show, how narrow the intervals are, what
// the harness itself costs a task, what it changes that strategies share a process,
// and whether the load generator is in time. It is all tests, which keep
// results/control/README.md current.
package harness
