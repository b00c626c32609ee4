package prefork

import (
	"context"
	"log/slog"
)

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
