package load

import (
	"net"
	"sync/atomic"
	"testing"
	"time"
)

func TestAWatchSeesTheRunBetweenItsBeginningAndItsEnd(t *testing.T) {
	var open, atEnd atomic.Int64
	address := serve(t, func(conn net.Conn) {
		open.Add(1)
		upperCase(conn)
		open.Add(-1)
	})
	var begun, ended time.Time
	o := Options{Addr: address, Connections: 3, Idle: 2, Threads: 2, Closed: true, Duration: 20 * time.Millisecond}
	before := time.Now()
	r, err := RunWatched(t.Context(), o, Watch{
		Begin: func() { begun = time.Now() },
		End:   func() { ended = time.Now(); atEnd.Store(open.Load()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if !begun.After(before) || begun.After(r.Start) || ended.Sub(r.Start) < o.Duration {
		t.Errorf("the run of %v that started at %v was begun at %v and ended at %v", o.Duration, r.Start, begun, ended)
	}
	if atEnd.Load() != 5 {
		t.Errorf("at the end %d connections stood, want 5", atEnd.Load())
	}
}

func TestAWatchIsNotCalledWhereThereIsNoRun(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	called := func() { t.Error("called") }
	o := Options{Addr: ln.Addr().String(), Connections: 1, Closed: true, Duration: time.Millisecond}
	if _, err := RunWatched(t.Context(), o, Watch{called, called}); err == nil {
		t.Error("there was a run against nobody")
	}
}
