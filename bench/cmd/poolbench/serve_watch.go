package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/echo"
	"golang.org/x/term"
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

	mu          sync.Mutex
	starving    int // at the last look
	mostStarved int // from one look to the next: who is about to be served does not starve
}

func newServeWatch(w *way, addr net.Addr, stats *echo.Stats) *serveWatch {
	return &serveWatch{way: w, addr: addr, stats: stats, begin: time.Now()}
}

// start watches until stop is called, and writes a status line to a terminal.
func (w *serveWatch) start(stderr io.Writer) (stop func()) {
	file, ok := stderr.(*os.File)
	terminal := ok && term.IsTerminal(int(file.Fd()))
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(watchPeriod)
		defer tick.Stop()
		for {
			counts := w.look()
			if terminal {
				fmt.Fprintf(stderr, "\r\x1b[K%s", w.line(counts))
			}
			select {
			case <-tick.C:
			case <-end:
				if terminal {
					fmt.Fprint(stderr, "\r\x1b[K")
				}
				return
			}
		}
	}()
	return func() { close(end); <-ended }
}

// look reads the counts and remembers how many starved. It is called once in a
// period.
func (w *serveWatch) look() echo.Counts {
	counts := w.stats.Read()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mostStarved = max(w.mostStarved, min(w.starving, counts.Starved))
	w.starving = counts.Starved
	return counts
}

// starved returns the most connections that starved at once.
func (w *serveWatch) starved() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mostStarved
}

// line is the status in a line.
func (w *serveWatch) line(c echo.Counts) string {
	pids := w.stats.PIDs()
	text := fmt.Sprintf("%d connections, %d starving, %d messages, %.1f s CPU", c.Active+c.Starved, c.Starved, c.Messages, experiment.CPUTime(pids...).Seconds())
	if now, _ := machine.Resident(append([]int{os.Getpid()}, pids...)...); now > 0 {
		text += fmt.Sprintf(", %.1f MB resident", float64(now)/1e6)
	}
	return text
}

// summary says at the end what was served, and what was not.
func (w *serveWatch) summary() string {
	c := w.stats.Read()
	text := fmt.Sprintf("served %d messages on %d connections", c.Messages, c.Accepted)
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
	if starved := w.starved(); starved > 0 {
		text += fmt.Sprintf("; up to %d connections at once starved behind the limit of %d %s", starved, w.way.limit, w.way.limited)
	}
	return text
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
	MostStarved int         `json:"most_starved"`
	CPUSeconds  float64     `json:"cpu_seconds"` // children included, as far as the system tells
	RSSBytes    int64       `json:"rss_bytes"`   // children included; 0: unknown
	Goroutines  int         `json:"goroutines"`  // of the process that listens
	Processes   []int       `json:"processes"`   // that work for it
	Counts      echo.Counts `json:"counts"`
}

func (w *serveWatch) figures() figures {
	c, pids := w.stats.Read(), w.stats.PIDs()
	rss, _ := machine.Resident(append([]int{os.Getpid()}, pids...)...)
	f := figures{
		Strategy: w.way.name, Unit: "own", Limit: w.way.limit, Address: w.addr.String(), Seconds: time.Since(w.begin).Seconds(),
		Connections: c.Active + c.Starved, Messages: c.Messages, Starved: c.Starved, MostStarved: w.starved(),
		CPUSeconds: experiment.CPUTime(pids...).Seconds(), RSSBytes: rss,
		Goroutines: runtime.NumGoroutine(), Processes: append([]int{}, pids...), Counts: c,
	}
	if !w.way.owns {
		f.Unit = w.way.unit.String()
	}
	return f
}
