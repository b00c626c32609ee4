package main

import (
	"fmt"
	"io"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
)

// A gateProgress shows how far a gate is.
type gateProgress struct {
	*status
	begin time.Time
}

func newGateProgress(out io.Writer) *gateProgress {
	p := &gateProgress{newStatus(out), time.Now()}
	p.next = linePeriod
	return p
}

func (p *gateProgress) show(now gate.Progress) {
	p.status.show(fmt.Sprintf("%s: %d of %d, at most %s left", now.Stage, now.Done, now.Of, span(now.Left)), time.Since(p.begin))
}
