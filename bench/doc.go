// Package bench holds what is measured: the cells, each one strategy under one
// fully named workload, and the ways to run them.
//
// A pool of another module is measured with two lines in a test file of its
// own, which pulls in no other pool library:
//
//	func BenchmarkMine(b *testing.B) { bench.Run(b, mine.Strategy) }
//
// The command poolbench runs the same cells as [Plan.Measure] does: strategies
// take turns of a millisecond or two in random order, in processes that are
// started anew all the time.
package bench
