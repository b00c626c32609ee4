package results

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
)

// A Block says which session the lines after it belong to.
type Block struct {
	Number int    // of the block, from 1
	Group  string // what was measured together
	Seed   uint64 // drew the order of turns
	Steal  int    // clock ticks that the host took from this machine meanwhile; -1: unknown
}

// blockFormat is the line that begins a session.
const blockFormat = "=== block %d group %s seed %d steal %d"

// A blockScanner passes lines on and remembers which session began where.
type blockScanner struct {
	in      *bufio.Reader
	rest    []byte // of the line that is being passed on
	inLine  bool   // rest is not the beginning of a line
	line    int    // number of lines begun
	current Block
	starts  []blockStart
	heads   int // lines so far that may be settings or metadata of units
	limit   int // of them: benchfmt keeps each that is new
	over    bool
}

type blockStart struct {
	line  int
	block Block
}

// ahead is how many sessions are remembered at least. Whoever is passed lines
// reads less than that many ahead: 64 KiB, the longest line that benchfmt reads.
const ahead = 4096

func (b *blockScanner) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		piece, err := b.in.ReadSlice('\n')
		if len(piece) == 0 {
			return 0, err
		}
		if !b.inLine {
			b.line++
			b.note(piece)
			if b.over {
				return 0, io.EOF
			}
		}
		b.inLine = piece[len(piece)-1] != '\n'
		b.rest = piece
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// note remembers the session that a line begins, if it does.
func (b *blockScanner) note(line []byte) {
	if !bytes.HasPrefix(line, []byte("=== block ")) {
		if bytes.HasPrefix(line, []byte("Unit")) || line[0] != 'B' && bytes.IndexByte(line, ':') > 0 {
			b.heads++
			b.over = b.heads > b.limit
		}
		return
	}
	var block Block
	if _, err := fmt.Sscanf(string(line), blockFormat,
		&block.Number, &block.Group, &block.Seed, &block.Steal); err == nil {
		b.starts = append(b.starts, blockStart{b.line, block})
	}
	if passed := len(b.starts) - ahead; passed >= ahead {
		b.current = b.starts[passed-1].block
		b.starts = slices.Delete(b.starts, 0, passed)
	}
}

// at returns the session of a line. Lines are asked for in ascending order.
func (b *blockScanner) at(line int) Block {
	for len(b.starts) > 0 && b.starts[0].line < line {
		b.current, b.starts = b.starts[0].block, b.starts[1:]
	}
	return b.current
}
