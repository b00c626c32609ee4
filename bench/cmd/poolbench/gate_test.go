package main

import (
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// measuring is held by the test that runs a gate.
var measuring sync.Mutex

// alone lets a script wait until no other measures: two gates at once would
// take each other's CPU.
func alone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: alone")
	}
	measuring.Lock()
	ts.Defer(measuring.Unlock)
}
