//go:build unix

package prefork

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies/proc"
)

// listenerFile is where a child finds the listening socket: after the three
// standard files, and before what connects it with its parent.
const listenerFile = 3

// work is what a child does. It returns the exit code.
func work(parent *proc.Parent, transform func(message []byte) []byte) int {
	runtime.GOMAXPROCS(1)
	w := &worker{orders: json.NewDecoder(parent.In), reports: json.NewEncoder(parent.Out)}
	if err := w.serve(transform); err != nil {
		w.report(report{Error: err.Error()})
		return 1
	}
	w.report(report{Drained: true})
	return 0
}

// A worker serves in a child.
type worker struct {
	orders  *json.Decoder
	sending sync.Mutex
	reports *json.Encoder
	stats   echo.Stats
}

func (w *worker) serve(transform func(message []byte) []byte) error {
	var c config
	if err := w.orders.Decode(&c); err != nil {
		return fmt.Errorf("read how to serve: %w", err)
	}
	file := os.NewFile(listenerFile, "listener")
	ln, err := net.FileListener(file)
	if err != nil {
		return fmt.Errorf("take over the listening socket: %w", err)
	}
	_ = file.Close() // the listener has its own

	// An interrupt at the terminal reaches every process of the program. Whether
	// to stop is for the one that started this to say.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()

	o := c.Options
	o.Transform, o.Stats = transform, &w.stats
	if c.Log {
		o.Log = slog.New(forwarder{func(e entry) { w.report(report{Log: &e}) }})
	}
	go w.obey(stop)
	w.report(report{Ready: true})
	err = echo.Serve(ctx, ln, func(task func()) error { go task(); return nil }, o)
	w.count()
	return err
}

// obey carries out orders until the parent ends.
func (w *worker) obey(stop func()) {
	for {
		var o order
		if err := w.orders.Decode(&o); err != nil {
			if err != io.EOF {
				fmt.Fprintf(os.Stderr, "process %d of a server ends: read an order: %v\n", os.Getpid(), err)
			}
			os.Exit(1)
		}
		switch o {
		case count:
			w.count()
		case drain:
			stop()
		}
	}
}

func (w *worker) count() {
	counts := w.stats.Read()
	w.report(report{Counts: &counts})
}

func (w *worker) report(r report) {
	w.sending.Lock()
	defer w.sending.Unlock()
	_ = w.reports.Encode(r) // when the parent has ended, this process ends too
}
