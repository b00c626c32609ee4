// Package selftest measures the gate itself on the machine it runs on: how
// often it finds a change between identical builds, and which slowdowns of known size
// it finds. The builds are of a small program of its own, relinked for every
// gate; the slowdown is as much more of the same work, in computing, allocating
// and handing over between goroutines.
package selftest
