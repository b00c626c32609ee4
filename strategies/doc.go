// Package strategies is the contract between a way of running many tasks at
// once and everything that proves, measures and compares it.
//
// A [Strategy] is a declared value: a name, a sentence on when to use it, the
// [Traits] it has, and one function that opens a [Pool]. The rest of poolbench
// knows strategies only through these types, so a pool plugs in with one file:
//
//	var Mine = &strategies.Strategy{
//		Name: "mine",
//		Doc:  "my pool\n\nUse it when ..., not when ...",
//		URL:  "https://pkg.go.dev/example.com/mine",
//		Open: func(limit int) (strategies.Pool, error) { return mine.New(limit), nil },
//	}
//
// How results come back is a second, independent choice, which package pattern
// offers. Pools whose workers are other processes are in package remote.
//
// The package imports nothing but the standard library, and so an author who
// implements it inherits nothing else.
package strategies
