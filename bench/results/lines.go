package results

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A lineReader hands a file on to benchfmt, a line for each call of Read. As a
// bufio.Scanner reads no further than to the end of a line, what a lineReader
// says of itself holds for the line that benchfmt returned last. Of the events of
// "go test -json" it hands on the text.
type lineReader struct {
	in     *bufio.Reader
	limits Limits
	skip   func(line int, text []byte, reason string)

	line    int    // of the file
	text    []byte // what was handed on last
	rest    []byte // what is yet to be handed on
	err     error  // after which there is nothing more
	block   Block  // that the line belongs to
	turns   bool   // see Set.Turns
	remarks []Remark
	heads   int  // lines so far that may be settings or metadata of units: benchfmt keeps each that is new
	over    bool // too many of them

	events map[string][]byte // by package: the line that has no end yet
	pkg    string            // as the text that was handed on says
}

var benchmark = []byte("Benchmark")

func (l *lineReader) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		if l.err != nil {
			return 0, l.err
		}
		l.next()
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// next reads a line of the file.
func (l *lineReader) next() {
	l.text, l.rest = l.text[:0], nil
	var line []byte
	line, l.err = l.in.ReadSlice('\n')
	if len(line) > 0 {
		l.line++
	}
	if l.err == bufio.ErrBufferFull {
		if line[0] == '{' || bytes.HasPrefix(line, benchmark) {
			l.skip(l.line, line, fmt.Sprintf("the line has more than %d bytes", longestLine))
		}
		for l.err == bufio.ErrBufferFull {
			_, l.err = l.in.ReadSlice('\n')
		}
		line = nil
	}
	// Files that were joined may have such a mark anywhere.
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	var event struct{ Action, Package, Output string }
	switch {
	case len(line) == 0:
	case line[0] == '{' && json.Unmarshal(line, &event) == nil && event.Action != "":
		l.event(event.Package, event.Output)
	default:
		l.take("", line)
	}
	if l.err == io.EOF {
		for _, pkg := range slices.Sorted(maps.Keys(l.events)) {
			l.event(pkg, "\n")
		}
	}
	if l.over {
		l.err = io.EOF
	}
	l.rest = l.text
}

// event takes up what a test binary printed. Those of several packages run at
// the same time.
func (l *lineReader) event(pkg, output string) {
	if l.events == nil {
		l.events = make(map[string][]byte)
	}
	text := append(l.events[pkg], output...)
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			break
		}
		l.take(pkg, append(slices.Clip(line), '\n'))
		text = rest
	}
	delete(l.events, pkg)
	if len(text) > 0 && len(text) < longestLine {
		l.events[pkg] = text
	}
	l.over = l.over || len(l.events) > l.limits.Cells
}

// take hands a line on, which is of that package if one is given. What is none of
// a result, it notes.
func (l *lineReader) take(pkg string, line []byte) {
	switch {
	case bytes.HasPrefix(line, benchmark):
		if pkg != "" && pkg != l.pkg && !strings.ContainsAny(pkg, "\r\n") {
			l.text = fmt.Appendf(l.text, "pkg: %s\n", pkg)
			l.pkg = pkg
		}
	case bytes.HasPrefix(line, []byte("=== ")):
		l.mark(line)
		return
	case bytes.HasPrefix(line, []byte("INVALID ")):
		l.remark(line)
		return
	case bytes.HasPrefix(line, []byte("panic: ")), bytes.HasPrefix(line, []byte("fatal error: ")): // not a setting
		l.skip(l.line, line, "a benchmark panicked, and what came after it did not run")
		return
	case bytes.HasPrefix(line, []byte("--- FAIL: Benchmark")):
		l.skip(l.line, line, "the benchmark failed")
		return
	case broken(line):
		l.skip(l.line, line, "something stands before the name of the benchmark")
		return
	default:
		if named, ok := bytes.CutPrefix(line, []byte("pkg: ")); ok {
			l.pkg = string(bytes.TrimSpace(named))
		}
		if bytes.HasPrefix(line, []byte("Unit")) || bytes.IndexByte(line, ':') > 0 {
			l.heads++
			l.over = l.over || l.heads > l.limits.Heads
		}
	}
	l.text = append(l.text, line...)
}

// broken tells whether a line holds a result that does not begin with its name,
// as when a benchmark prints text without an end of line.
func broken(line []byte) bool {
	at := bytes.Index(line, benchmark)
	if at <= 0 || bytes.IndexByte(line[at:], '\t') < 0 {
		return false
	}
	words := strings.Fields(string(line[at:]))
	for i := 1; i+2 < len(words); i++ {
		_, n := strconv.Atoi(words[i])
		_, value := strconv.ParseFloat(words[i+1], 64)
		if _, unit := strconv.ParseFloat(words[i+2], 64); n == nil && value == nil && unit != nil {
			return true
		}
	}
	return false
}

// mark takes up a line that says how the lines after it were measured.
func (l *lineReader) mark(line []byte) {
	var b Block
	if _, err := fmt.Sscanf(string(line), blockFormat, &b.Number, &b.Group, &b.Seed, &b.Steal); err == nil {
		l.block = b
	}
	l.turns = l.turns || bytes.HasPrefix(line, []byte("=== stage "))
}

// A Block says which session the lines after it belong to.
type Block struct {
	Number int    // of the block, from 1
	Group  string // what was measured together
	Seed   uint64 // drew the order of turns
	Steal  int    // clock ticks that the host took from this machine meanwhile; -1: unknown
}

// blockFormat is the line that begins a session.
const blockFormat = "=== block %d group %s seed %d steal %d"

// A Remark is why processes of a cell do not count.
type Remark struct {
	Cell   string // its name, without the word Benchmark
	Reason string
}

// What is kept of remarks, and of lines that are skipped: no run of ours comes
// near it.
const (
	mostRemarks   = 1000
	longestRemark = 4096 // bytes; the rest is cut off
)

// remark takes up a line that begins with INVALID. Each reason of each cell is
// kept once.
func (l *lineReader) remark(line []byte) {
	text := strings.TrimRight(string(line[:min(len(line), longestRemark)]), "\r\n")
	cell, reason, _ := strings.Cut(strings.TrimPrefix(text, "INVALID "), ": ")
	if r := (Remark{cell, reason}); len(l.remarks) < mostRemarks && !slices.Contains(l.remarks, r) {
		l.remarks = append(l.remarks, r)
	}
}
