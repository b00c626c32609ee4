// Package work holds the tasks that every strategy is given: small values
// that do something and fold what they did into a number.
//
// A task is data, so that a pool in this process can close over it and a
// process pool can send it over a pipe. Inputs are derived from a seed and
// differ from batch to batch, so that nothing can be cached; the number that
// a task returns can be foretold from its input, most often without doing the
// work again, so that every result of every run is checked.
package work
