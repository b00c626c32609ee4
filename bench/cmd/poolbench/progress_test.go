package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench"
)

func TestWithoutATerminalProgressIsALineNowAndThen(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, time.Minute, 0)
	for second := 1; second <= 40; second++ {
		elapsed := time.Duration(second) * time.Second
		p.show(bench.Progress{Group: "submit", Block: 1 + second/10, Elapsed: elapsed, Left: time.Minute - elapsed, Lines: 16 * second})
	}
	p.end()
	want := `measuring for 60 s
1 s of 60 s, round 1
16 s of 60 s, round 2
31 s of 60 s, round 4
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestARunSaysBeforehandThatItTakesLongerThanAsked(t *testing.T) {
	for _, c := range []struct {
		total, asked time.Duration
		says         bool
	}{
		{25 * time.Second, 15 * time.Second, true},
		{15 * time.Second, 15 * time.Second, false},
		{25 * time.Second, 0, false}, // nothing was asked
	} {
		var out bytes.Buffer
		newProgress(&out, c.total, c.asked)
		if says := strings.Contains(out.String(), "longer than --time "+c.asked.String()); says != c.says {
			t.Errorf("of %v where %v were asked for it says\n%s", c.total, c.asked, out.String())
		}
	}
}

// A screen is a terminal of some columns, as far as text, \r and \n go. Like
// most, it goes on to the next line only when more than its last column is
// written.
type screen struct {
	columns int
	lines   [][]rune
	at      int
}

func (s *screen) Write(text []byte) (int, error) {
	if len(s.lines) == 0 {
		s.lines = [][]rune{nil}
	}
	for _, r := range string(text) {
		line := &s.lines[len(s.lines)-1]
		switch r {
		case '\r':
			s.at = 0
			continue
		case '\n':
			s.lines, s.at = append(s.lines, nil), 0
			continue
		}
		if s.at == s.columns {
			s.lines, s.at = append(s.lines, nil), 0
			line = &s.lines[len(s.lines)-1]
		}
		for len(*line) <= s.at {
			*line = append(*line, ' ')
		}
		(*line)[s.at] = r
		s.at++
	}
	return len(text), nil
}

func (s *screen) String() string {
	var lines []string
	for _, line := range s.lines {
		lines = append(lines, strings.TrimRight(string(line), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

func TestABarOfAnyTerminalLeavesNoLineBehind(t *testing.T) {
	for _, columns := range []string{"10", "20", "30", "45", "59", "80", "200"} {
		t.Run(columns, func(t *testing.T) {
			t.Setenv("COLUMNS", columns)
			shown := &screen{columns: knownColumns(nil)}
			p := &progress{&status{out: shown, terminal: true}}
			for second := 1; second <= 120; second++ {
				elapsed := time.Duration(second) * 650 * time.Millisecond
				p.show(bench.Progress{Group: "contention64long", Block: 1 + second/2, Elapsed: elapsed, Left: max(0, 78*time.Second-elapsed)})
				if len(shown.lines) != 1 {
					t.Fatalf("after %d updates the terminal shows\n%s", second, shown)
				}
			}
			last := shown.String()
			if columns == "80" && (!strings.HasPrefix(last, "[####") || !strings.HasSuffix(last, "] 100 %, 0 s left, round 61")) {
				t.Errorf("at the end it is %q", last)
			}
			p.end()
			if shown.String() != "" {
				t.Errorf("it leaves %q", shown)
			}
			p.status.say("a line that stays")
			if shown.String() != "a line that stays" && columns != "10" {
				t.Errorf("after a line it leaves %q", shown)
			}
		})
	}
}

func TestWhatIsLoggedStaysAndTheStatusGoesOnBelow(t *testing.T) {
	t.Setenv("COLUMNS", "40")
	shown := &screen{columns: 40}
	s := &status{out: shown, terminal: true}
	s.show("12 connections, 3 messages", 0)
	fmt.Fprintln(s, "level=WARN msg=odd")
	s.show("13 connections", 0)
	if want := "level=WARN msg=odd\n13 connections"; shown.String() != want {
		t.Errorf("it shows %q, want %q", shown, want)
	}
}

func TestAShorterStatusLeavesNothingOfALongerOne(t *testing.T) {
	t.Setenv("COLUMNS", "40")
	shown := &screen{columns: 40}
	s := &status{out: shown, terminal: true}
	s.show(strings.Repeat("long ", 20), 0)
	s.show("short", 0)
	if shown.String() != "short" {
		t.Errorf("it shows %q", shown)
	}
}
