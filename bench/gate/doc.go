// Package gate compares two builds of a module's benchmarks and says which became
// slower, which faster and which stayed the same.
//
//	prepare   two sets of stock test binaries, each relinked with several
//	          layouts; the benchmarks that both have, calibrated to turns of a
//	          millisecond and a half
//	allocs    fresh processes of each, judged by an exact rule
//	screen    pairs of live processes taking turns, of every benchmark
//	confirm   fresh pairs, of fresh layouts, of what looked slower or faster
//	verdict   base.txt and head.txt for benchstat, verdict.json, summary.md
//
// Benchmarks are measured under SCHED_RR, where that is permitted, and under the normal
// scheduler, which is what programs run under; the two share the budget, unless
// one is asked for.
//
// What is random is drawn from seeds in plan.json, and pairs.jsonl holds every
// pair and every decision in their order: from the two an interrupted gate goes
// on where it stopped, and nothing that was decided is decided again. Package
// trial holds the statistics.
package gate
