package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench"
)

func TestWithoutATerminalProgressIsALineNowAndThen(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, time.Minute)
	for second := 1; second <= 40; second++ {
		p.show(bench.Progress{Group: "submit", Block: 1 + second/10, Elapsed: time.Duration(second) * time.Second, Lines: 16 * second})
	}
	p.end()
	want := `measuring for 1m0s
block 1, 1s of 1m0s, 16 lines
block 2, 16s of 1m0s, 256 lines
block 4, 31s of 1m0s, 496 lines
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
