// Package stock measures with test binaries as "go test -c" makes them, without
// changing them.
//
// With -test.count=K and -test.benchtime=Nx such a binary prints a line after
// each repetition of N operations, and begins the next with a garbage collection
// before its timer starts. That leaves room to stop one process on its line and
// to let another go on: two processes of two builds live side by side and take
// turns of a millisecond or two (Open). Where a platform cannot stop a process,
// every turn is a short process of its own (Fresh), which measures the warming up
// too.
package stock
