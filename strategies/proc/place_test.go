package proc

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestPausesDoubleUpToALongest(t *testing.T) {
	wait(context.Background(), 0) // none
	var pause time.Duration
	for range 7 {
		pause = longer(pause)
	}
	if pause != 640*time.Millisecond {
		t.Errorf("the seventh pause is %v", pause)
	}
	for range 10 {
		pause = longer(pause)
	}
	if pause != longestPause {
		t.Errorf("the longest pause is %v", pause)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	within(t, "a pause that is not wanted any more", func() { wait(ctx, time.Hour) })
	within(t, "a short pause", func() { wait(context.Background(), 1) })
}

func TestAPlaceIsKeptUntilNoProcessIsNeededOrAttemptsHaveFailed(t *testing.T) {
	dead, failed := errors.New("dead"), errors.New("failed")
	for _, c := range []struct {
		name    string
		starts  []error // of each attempt to start a process, the last for ever
		attends int     // after so many processes no other is needed
		unwant  bool    // no process is needed after the last attempt
		want    string  // of the error, or ""
		ended   int     // warnings that a process ended
		failed  int     // warnings that starting one failed
	}{
		{name: "processes end until none is needed", starts: []error{nil}, attends: 4, ended: 3},
		{name: "failures before a success do not count later", starts: []error{failed, failed, nil, failed, failed, nil}, attends: 3, ended: 2, failed: 4},
		{name: "three failures in a row", starts: []error{nil, failed}, attends: 9, ended: 2, failed: 3,
			want: "3 attempts in a row to start a test process failed, the last: failed"},
		{name: "not needed when an attempt fails", starts: []error{nil, failed}, attends: 9, unwant: true, ended: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			needed, end := context.WithCancel(context.Background())
			defer end()
			impatient, cancel := context.WithCancel(needed)
			cancel()
			var log bytes.Buffer
			attends, starts := 0, 0
			err := Place[int]{
				Kind: "test", Needed: needed, Patient: impatient, Log: slog.New(slog.NewTextHandler(&log, nil)),
				Attend: func(p int) (bool, error) {
					if p != starts {
						t.Errorf("process %d is attended, and %d is the last that was started", p, starts)
					}
					if attends++; attends == c.attends {
						return false, nil
					}
					return true, dead
				},
				Start: func() (int, error) {
					err := c.starts[min(starts, len(c.starts)-1)]
					if starts++; c.unwant && err != nil {
						end()
					}
					return starts, err
				},
			}.Keep(0)
			if (err == nil) != (c.want == "") || err != nil && (err.Error() != c.want || !errors.Is(err, failed)) {
				t.Errorf("Keep: %v, want %q", err, c.want)
			}
			if n := strings.Count(log.String(), "a test process ended, starting another"); n != c.ended {
				t.Errorf("%d warnings of ends, want %d:\n%s", n, c.ended, &log)
			}
			if n := strings.Count(log.String(), "starting a test process failed, trying again"); n != c.failed {
				t.Errorf("%d warnings of failures, want %d:\n%s", n, c.failed, &log)
			}
		})
	}
}
