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
	want := `measuring for 60 s
1 s of 60 s, block 1
16 s of 60 s, block 2
31 s of 60 s, block 4
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
