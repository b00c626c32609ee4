package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
	"golang.org/x/term"
)

// A gateProgress shows how far a gate is: a line that is written over on a
// terminal, and a plain line now and then elsewhere.
type gateProgress struct {
	out      io.Writer
	terminal bool
	shown    int       // letters of the line on the terminal
	next     time.Time // when the next plain line is due
}

func newGateProgress(out io.Writer) *gateProgress {
	file, ok := out.(*os.File)
	return &gateProgress{out: out, terminal: ok && term.IsTerminal(int(file.Fd())), next: time.Now().Add(linePeriod)}
}

// say writes a line that stays.
func (p *gateProgress) say(line string) {
	p.end()
	fmt.Fprintln(p.out, line)
}

func (p *gateProgress) show(now gate.Progress) {
	line := fmt.Sprintf("%s: %d of %d, at most %s left", now.Stage, now.Done, now.Of, now.Left.Round(time.Second))
	switch {
	case p.terminal:
		fmt.Fprintf(p.out, "\r%-*s", p.shown, line)
		p.shown = len(line)
	case time.Now().After(p.next):
		fmt.Fprintln(p.out, line)
		p.next = time.Now().Add(linePeriod)
	}
}

// end removes the line that is written over.
func (p *gateProgress) end() {
	if p.shown > 0 {
		fmt.Fprintf(p.out, "\r%*s\r", p.shown, "")
		p.shown = 0
	}
}
