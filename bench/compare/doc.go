// Package compare says what two samples of one unit, which were measured apart,
// allow to claim of their difference, and compares results files benchmark by
// benchmark.
//
// The test is of ranks of the values as they are, so that zeros and negative
// values count like any other. There is a ratio only where every value is
// positive; the difference between the samples is always given.
package compare
