package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// A status is the last line on a terminal, which is written over and over.
// Elsewhere, also on a terminal that cannot go back in a line, it is a plain
// line now and then.
type status struct {
	out      io.Writer
	terminal bool

	mu    sync.Mutex
	shown int           // columns of the line on the terminal
	next  time.Duration // when the next plain line is due
}

// linePeriod is how often a plain line is written.
const linePeriod = 15 * time.Second

func newStatus(out io.Writer) *status { return &status{out: out, terminal: isTerminal(out)} }

// say writes a line that stays.
func (s *status) say(line string) { fmt.Fprintln(s, line) }

// Write writes lines that stay.
func (s *status) Write(lines []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	return s.out.Write(lines)
}

// columns is how much of a line can be written over: the last column is left
// free, because a terminal may go on to the next line after it.
func (s *status) columns() int {
	return cmp.Or(terminalColumns(s.out), knownColumns(s.out), defaultColumns) - 1
}

// show shows what a line says. What it leaves out on a narrow terminal is its
// end.
func (s *status) show(line string, elapsed time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.terminal {
		if elapsed >= s.next {
			fmt.Fprintln(s.out, line)
			s.next = elapsed + linePeriod
		}
		return
	}
	columns := s.columns()
	runes := []rune(line)
	line = string(runes[:min(len(runes), columns)])
	fmt.Fprintf(s.out, "\r%s%s", line, strings.Repeat(" ", max(0, min(s.shown, columns)-width(line))))
	s.shown = width(line)
}

// end removes the line from the terminal.
func (s *status) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
}

func (s *status) clear() {
	if s.shown > 0 {
		fmt.Fprintf(s.out, "\r%s\r", strings.Repeat(" ", min(s.shown, s.columns())))
		s.shown = 0
	}
}
