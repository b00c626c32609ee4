package proc

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

const (
	firstPause   = 10 * time.Millisecond
	longestPause = 2 * time.Second

	// mostFailures is how often in a row an impatient place tries to start a
	// process.
	mostFailures = 3
)

// A Place is to have a process of this program in it, and another one when that
// has ended.
type Place[P any] struct {
	Kind    string          // of process, for the log and for errors
	Needed  context.Context // ended when no process is needed any more
	Patient context.Context // ended when no pause is worth while, and failures count
	Log     *slog.Logger

	// Attend returns when the process has ended, and how; or nil if no other is
	// to take its place. If it lasted, that other is started without a pause.
	Attend func(P) (lasted bool, err error)
	Start  func() (P, error)
}

// Keep keeps a process in the place, p to begin with. The pause before the next
// attempt to start one doubles from 10 milliseconds to 2 seconds while they die
// young or cannot be started, so that a shortage is survived and nothing spins.
// Keep returns nil when no process is needed, and an error when three attempts in a
// row have failed since Patient ended.
func (l Place[P]) Keep(p P) error {
	var pause time.Duration
	for {
		lasted, err := l.Attend(p)
		if err == nil {
			return nil
		}
		if pause = longer(pause); lasted {
			pause = 0
		}
		l.Log.Warn("a "+l.Kind+" process ended, starting another", "pause", pause, "error", err)
		for failures := 0; ; {
			wait(l.Patient, pause)
			if p, err = l.Start(); err == nil {
				break
			}
			if l.Needed.Err() != nil {
				return nil
			}
			pause = longer(pause)
			l.Log.Warn("starting a "+l.Kind+" process failed, trying again", "pause", pause, "error", err)
			if l.Patient.Err() == nil {
				continue
			}
			if failures++; failures == mostFailures {
				return fmt.Errorf("%d attempts in a row to start a %s process failed, the last: %w", failures, l.Kind, err)
			}
		}
	}
}

// longer returns the pause after another failure.
func longer(pause time.Duration) time.Duration {
	return min(max(firstPause, 2*pause), longestPause)
}

// wait waits for the pause, or until ctx ends.
func wait(ctx context.Context, pause time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	<-ctx.Done()
}

// PIDs returns the numbers of processes, in ascending order.
func PIDs[P interface {
	comparable
	PID() int
}](processes map[P]bool) []int {
	pids := make([]int, 0, len(processes))
	for p := range processes {
		pids = append(pids, p.PID())
	}
	slices.Sort(pids)
	return pids
}
