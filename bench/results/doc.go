// Package results is the one hand-over between measuring and everything that
// is made of a measurement: a text file in the Go benchmark format
// (https://go.dev/design/14313-benchmark-format), read alike by this module's
// reports and by stock tools such as benchstat.
//
// Each line is one process of one cell. A line of the form
//
//	=== block 3 group submit seed 17 steal 0
//
// stands before the lines of one session; readers of the format pass over it,
// and this package's reader takes from it which lines were measured together.
//
// The reader takes files from anywhere: UTF-8 or UTF-16, compressed or not, the
// events of "go test -json", and files that were joined. What one line says
// wrongly costs that line alone, which is listed in [Set.Skipped]. Results of
// different machines are kept apart: [Set.Split] returns those of each.
package results
