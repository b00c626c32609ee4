// Package trial decides what a comparison of two builds shows, and which of
// its benchmarks the next minute is best spent on. It starts no process and reads no
// clock: it is fed pairs, and it hands out decisions, so that a trial can be
// simulated thousands of times, recorded, and replayed.
//
//	screen    every arm gets pairs, more of them the noisier it is; what looks
//	          slower or faster is a suspect
//	confirm   suspects get fresh pairs; what the screen saw counts no more
//
// An arm is a benchmark under one scheduler. A pair is two live processes, base and
// head, that exchanged turns; its value is the logarithm of a ratio, signed so
// that more is worse. The test is the exact signed-rank test, which is valid
// because the order inside each exchange was a coin flip.
//
// Where functions lie in a binary can change a time by some percent, and both
// builds are linked in many layouts, drawn at random. Pairs of one layout share
// its luck, so the test has one value for each layout, and the layouts of the
// confirm stage are none of the screen's.
//
// The screen may look at its pairs as often as it likes, because only the
// confirm stage accuses, and on data that the screen has not seen. Of the
// confirm stage both looks are declared before its first pair, each with half of
// the error rate, and within a look Holm's adjustment covers all suspects: the
// probability of any false accusation in a whole gate is at most Rules.Alpha,
// however many benchmarks there are and however they depend on one another.
package trial
