package question

import (
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Nanoseconds writes a time with three digits: "45.2 ns", "1.20 us".
func Nanoseconds(v float64) string { return nanoseconds(v) }

// Bytes writes a size with three digits: "12.3 MB".
func Bytes(v float64) string { return bytes(v) }

// Quantity writes a value with its interval, each as write does: "45.2 ns
// [44.0 ns, 47.1 ns]", or "about 45.2 ns" where there is none.
func Quantity(i stats.Interval, write func(float64) string) string { return span(i, write) }

// Load says what a group's tasks are: "empty tasks", "tasks of 1us".
func (g *Group) Load() string { return load(g) }

// Fewest is how many processes an interval takes at least.
const Fewest = fewest

// Settings returns the file's head.
func (e *Evidence) Settings() []results.Setting { return e.set.Settings }

// Count writes a number before its noun: "1 process", "2 processes".
func Count(n int, one, many string) string { return count(n, one, many) }
