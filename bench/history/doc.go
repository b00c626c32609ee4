// Package history keeps what was measured of one commit after another, and
// finds the commits at which it changed.
//
// A [Record] is one job on one commit: for each cell the ratio of its time to
// that of a reference which was measured in the same job. Times of different
// days and machines cannot be compared; such ratios can, as long as the
// reference stays what it is. Records of different machine classes, or with
// different references, are never put into one series.
//
// A record is a text file in the Go benchmark format, which benchstat reads as
// well, and lies in a folder named after its machine class:
//
//	results/history/linux-amd64-2cpu-example/20260115T120000Z-0123456789ab.txt
//
// Records are only ever added ([Add]), each a file of its own: whole from the
// moment it is there, and never written to again. So several jobs can add at the
// same time, branches that both added merge without a conflict, and a full disk
// costs the new record alone. Adding the same record again changes nothing.
package history
