// Package proof works out, from records of gates whose truth is known, what the
// gate is worth: how often it is wrong about equal builds, what it finds, and how the rules that
// others use fare with the same data. It measures nothing: package selftest has
// the benchmarks of known truth, and scripts/gate-proof runs them.
package proof
