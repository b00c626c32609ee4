// Package stats holds the statistics that poolbench decides with: a signed-rank
// test and the estimate and interval that belong to it, a correction for asking
// many questions, change points and crossings.
//
// Every function is pure. It depends on its arguments alone (chance comes in as
// a generator with a seed), it leaves them as they were, and it may be called
// concurrently. Three conventions hold throughout:
//
//   - Input that has no meaning is an error, never a NaN: a value that is not
//     finite, a confidence outside (0, 1), samples of unequal length.
//   - A probability is exact where the sample is small enough to count every
//     outcome. The result says where an approximation stands in.
//   - An interval never claims more than the data carry. When they are too few
//     for the confidence asked it is unbounded, and [Interval.Reason] says why.
package stats
