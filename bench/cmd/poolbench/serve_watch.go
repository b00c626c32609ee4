package main

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/echo"
)

// watchPeriod is how often a server is looked at: for connections that starve,
// whose number is over when they are served, and for the line on a terminal.
const watchPeriod = 250 * time.Millisecond

// A serveWatch looks at a server while it serves.
type serveWatch struct {
	way   *way
	addr  net.Addr
	stats *echo.Stats
	begin time.Time

	starving    int          // at the last look
	mostStarved atomic.Int64 // from one look to the next: who is about to be served does not starve
}

func newServeWatch(w *way, addr net.Addr, stats *echo.Stats) *serveWatch {
	return &serveWatch{way: w, addr: addr, stats: stats, begin: time.Now()}
}

// start watches until stop is called, and shows a line on a terminal.
func (w *serveWatch) start(status *status) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(watchPeriod)
		defer tick.Stop()
		for {
			counts := w.see(w.stats.Read())
			if status.terminal { // a file or a pipe gets no line that is rewritten
				status.show(w.line(counts), 0)
			}
			select {
			case <-tick.C:
			case <-end:
				status.end()
				return
			}
		}
	}()
	return func() { close(end); <-ended }
}

// counts reads what the server has done.
func (w *serveWatch) counts() echo.Counts { return w.starvedByLimit(w.stats.Read()) }

// starvedByLimit counts no connection as starved where there is no limit: one
// that waits is about to be served.
func (w *serveWatch) starvedByLimit(c echo.Counts) echo.Counts {
	if w.way.limit == 0 {
		c.Active, c.Starved = c.Active+c.Starved, 0
	}
	return c
}

// see remembers how many connections starve. It is called once in a period.
func (w *serveWatch) see(counts echo.Counts) echo.Counts {
	counts = w.starvedByLimit(counts)
	w.mostStarved.Store(max(w.mostStarved.Load(), int64(min(w.starving, counts.Starved))))
	w.starving = counts.Starved
	return counts
}

// line is the status in a line.
func (w *serveWatch) line(c echo.Counts) string {
	pids := w.stats.PIDs()
	text := number(uint64(c.Active+c.Starved), "connection")
	if w.way.limit > 0 {
		text += fmt.Sprintf(", %d starving", c.Starved)
	}
	text += fmt.Sprintf(", %s, %.1f s CPU", number(c.Messages, "message"), experiment.CPUTime(pids...).Seconds())
	if now, _ := machine.Resident(append([]int{os.Getpid()}, pids...)...); now > 0 {
		text += fmt.Sprintf(", %.1f MB resident", float64(now)/1e6)
	}
	return text
}

// summary says at the end what was served, and what was not.
func (w *serveWatch) summary() string {
	c := w.counts()
	text := fmt.Sprintf("served %s on %s", number(c.Messages, "message"), number(c.Accepted, "connection"))
	for _, row := range []struct {
		count uint64
		what  string
	}{
		{c.Rejected, "rejected"}, {c.Panics, "ended by a panic"}, {c.Resets, "reset by clients"}, {c.Timeouts, "timed out"},
		{c.Failed, "failed"}, {c.Cut, "cut off after the grace period"},
	} {
		if row.count > 0 {
			text += fmt.Sprintf(", %d %s", row.count, row.what)
		}
	}
	if starved := w.mostStarved.Load(); starved > 0 {
		text += fmt.Sprintf("; up to %s at once starved behind the limit of %d %s", number(uint64(starved), "connection"), w.way.limit, w.way.limited)
	}
	return text
}

// number is a number of things.
func number(n uint64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// figures are what the endpoint of --stats tells.
type figures struct {
	Strategy    string      `json:"strategy"`
	Unit        string      `json:"unit"` // "own" for a server that owns its socket
	Limit       int         `json:"limit"`
	Address     string      `json:"address"`
	Seconds     float64     `json:"seconds"` // since it began
	Connections int         `json:"connections"`
	Messages    uint64      `json:"messages"`
	Starved     int         `json:"starved"`
	MostStarved int64       `json:"most_starved"`
	CPUSeconds  float64     `json:"cpu_seconds"` // children included, as far as the system tells
	RSSBytes    int64       `json:"rss_bytes"`   // children included; 0: unknown
	Goroutines  int         `json:"goroutines"`  // of the process that listens
	Processes   []int       `json:"processes"`   // that work for it
	Counts      echo.Counts `json:"counts"`
}

func (w *serveWatch) figures() figures {
	c, pids := w.counts(), w.stats.PIDs()
	rss, _ := machine.Resident(append([]int{os.Getpid()}, pids...)...)
	f := figures{
		Strategy: w.way.name, Unit: "own", Limit: w.way.limit, Address: w.addr.String(), Seconds: time.Since(w.begin).Seconds(),
		Connections: c.Active + c.Starved, Messages: c.Messages, Starved: c.Starved, MostStarved: w.mostStarved.Load(),
		CPUSeconds: experiment.CPUTime(pids...).Seconds(), RSSBytes: rss,
		Goroutines: runtime.NumGoroutine(), Processes: append([]int{}, pids...), Counts: c,
	}
	if !w.way.owns {
		f.Unit = w.way.unit.String()
	}
	return f
}
