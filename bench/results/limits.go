package results

import (
	"fmt"
	"io"
)

// Limits bound what is read of one file, and with it the memory that a file from
// anywhere can take: some hundred bytes a line and some thousand a cell.
type Limits struct {
	Bytes int64 // of the file
	Lines int   // of benchmarks
	Cells int   // different ones
	Units int   // different sets of units that lines have
	Heads int   // settings, lines on units, and others that have a colon
}

// Bounds are the limits of Read, with which a file takes a few hundred megabytes
// at the most. A run of every workload that this module has makes some hundred
// thousand lines of three thousand cells.
var Bounds = Limits{
	Bytes: 1 << 30,
	Lines: 2_000_000,
	Cells: 25_000,
	Units: 1000,
	Heads: 500_000,
}

// What no benchmark and no head comes near.
const (
	longestName  = 32 << 10 // bytes
	mostSettings = 1000
)

const advice = "take the lines that matter into a file of their own, for example with grep, or split it"

// A TooLarge is the error for a file that goes beyond a limit.
type TooLarge struct {
	File  string
	Line  int    // at which the limit was passed
	What  string // what there are too many of, such as "different benchmarks"
	Limit int64
	Found string // how many there are, as far as the file was read; may be empty
}

func (e *TooLarge) Error() string {
	found := ""
	if e.Found != "" {
		found = "; it holds " + e.Found
	}
	return fmt.Sprintf("%s:%d: here the file passes %d %s, the most that is read%s: %s", e.File, e.Line, e.Limit, e.What, found, advice)
}

// A boundedReader ends a file after so many bytes and remembers that it did.
type boundedReader struct {
	in   io.Reader
	left int64
	over bool
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.over {
		return 0, io.EOF
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.in.Read(p)
	if int64(n) > b.left {
		b.over = true
		return int(b.left), io.EOF
	}
	b.left -= int64(n)
	return n, err
}
