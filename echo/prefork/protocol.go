package prefork

import (
	"context"
	"log/slog"

	"github.com/poolbench/poolbench/echo"
)

// A child gets a config and then orders at its standard input, and sends
// reports to its standard output, each as JSON. Both sides are the same build
// of the same program, and so no version is negotiated.

// A config is echo.Options, but for the fields that it hides because they cannot
// cross to another process.
type config struct {
	echo.Options
	Transform, Stats *struct{} `json:",omitempty"`
	Log              bool      // whether it is read
}

// An order tells a child what to do. When no more orders can come, it ends.
type order string

const (
	count order = "count" // report the counts
	drain order = "drain" // and end
)

// A report is what a child has to say.
type report struct {
	Ready   bool         `json:",omitempty"` // it serves
	Counts  *echo.Counts `json:",omitempty"`
	Log     *entry       `json:",omitempty"`
	Error   string       `json:",omitempty"` // of Serve, and so the last report
	Drained bool         `json:",omitempty"` // Serve returned no error; the last report too
}

// An entry is a line of a log.
type entry struct {
	Level   slog.Level
	Message string
	Attrs   []string // keys and values by turns
}

// A forwarder is a handler that sends what is logged to another process. It is
// for package echo, which neither groups attributes nor derives loggers.
type forwarder struct{ send func(entry) }

func (forwarder) Enabled(context.Context, slog.Level) bool { return true }

func (f forwarder) Handle(_ context.Context, r slog.Record) error {
	e := entry{Level: r.Level, Message: r.Message}
	r.Attrs(func(a slog.Attr) bool {
		e.Attrs = append(e.Attrs, a.Key, a.Value.String())
		return true
	})
	f.send(e)
	return nil
}

func (f forwarder) WithAttrs([]slog.Attr) slog.Handler { return f }
func (f forwarder) WithGroup(string) slog.Handler      { return f }

// log writes the entry to the log of this process.
func (e entry) log(to *slog.Logger, pid int) {
	args := make([]any, 0, len(e.Attrs)+2)
	args = append(args, "process", pid)
	for _, attr := range e.Attrs {
		args = append(args, attr)
	}
	to.Log(context.Background(), e.Level, e.Message, args...)
}
