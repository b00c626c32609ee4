//go:build unix

package prefork

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies/proc"
)

const (
	// startGrace is how long a started process may take to reach Hook.
	startGrace = 30 * time.Second

	// countPatience is how long a process may take to say what it has counted,
	// before what it said last is taken.
	countPatience = 200 * time.Millisecond
)

// A child is a process that serves, seen from the one that started it.
type child struct {
	*proc.Child
	reports *json.Decoder
	log     *slog.Logger

	mu      sync.Mutex
	orders  *json.Encoder
	latest  echo.Counts
	asked   chan struct{} // closed when counts that were asked for are there; nil when none are
	said    error         // what it ended with, in its own words
	drained bool          // it ended well
	ended   bool
}

// start starts a process that serves on socket as c says, and waits until it
// does. It is killed when ctx ends.
func start(ctx context.Context, where proc.Surroundings, socket *os.File, c config, log *slog.Logger) (*child, error) {
	cmd, err := where.Self()
	if err != nil {
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{socket} // becomes listenerFile
	process, err := serving.Start(ctx, cmd, startGrace)
	if err != nil {
		return nil, err
	}
	p := &child{Child: process, log: log, orders: json.NewEncoder(process.In), reports: json.NewDecoder(process.Out)}
	late := time.AfterFunc(startGrace, p.Kill)
	defer late.Stop()
	var first report
	err = p.orders.Encode(c)
	if err == nil {
		err = p.reports.Decode(&first)
	}
	if err == nil && first.Ready {
		return p, nil
	}
	p.Close()
	if first.Error != "" {
		return nil, fmt.Errorf("process %d cannot serve: %s", p.PID(), first.Error)
	}
	return nil, fmt.Errorf("process %d ended before it served (%s)", p.PID(), p.State())
}

// attend takes the reports of the process until it ends, frees what it held,
// and says how it ended; nil if it has drained.
func (p *child) attend() error {
	for {
		var r report
		err := p.reports.Decode(&r)
		if err == io.EOF {
			p.Collect()
			break
		}
		if err != nil {
			p.Close() // it sent what is no report
			break
		}
		p.take(r)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.answered()
	p.latest.Failed += uint64(p.latest.Active)
	p.latest.Active, p.latest.Starved = 0, 0
	switch {
	case p.said != nil:
		return fmt.Errorf("process %d: %w", p.PID(), p.said)
	case !p.drained: // or else its state, which may be lost, is not needed
		return fmt.Errorf("process %d ended: %s", p.PID(), p.State())
	}
	return nil
}

func (p *child) take(r report) {
	if r.Log != nil {
		r.Log.log(p.log, p.PID())
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Counts != nil {
		p.latest = *r.Counts
		p.answered()
	}
	p.drained = p.drained || r.Drained
	if r.Error != "" {
		p.said = errors.New(r.Error)
	}
}

// answered tells who waits for counts that they are there. The caller holds
// the lock.
func (p *child) answered() {
	if p.asked != nil {
		close(p.asked)
		p.asked = nil
	}
}

// counts asks the process what it has counted.
func (p *child) counts() echo.Counts {
	p.mu.Lock()
	if p.ended {
		defer p.mu.Unlock()
		return p.latest
	}
	if p.asked == nil { // else a question is under way
		p.asked = make(chan struct{})
		p.tell(count)
	}
	asked := p.asked
	p.mu.Unlock()
	timer := time.NewTimer(countPatience)
	defer timer.Stop()
	select {
	case <-asked:
	case <-timer.C:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.latest
}

// drain tells the process to drain.
func (p *child) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell(drain)
}

// tell gives an order. A process that takes none has ended, and
// attend sees it. The caller holds the lock.
func (p *child) tell(o order) { _ = p.orders.Encode(o) }
