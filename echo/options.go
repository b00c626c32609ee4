package echo

import (
	"fmt"
	"log/slog"
	"time"
)

// What Options that are left at zero mean.
const (
	DefaultReadSize     = 1024
	DefaultWriteTimeout = 10 * time.Second
	DefaultGrace        = 5 * time.Second
)

// Options are choices that have a default. The zero value is ready for use.
type Options struct {
	// Dispatch is what Serve makes a task of the pool.
	Dispatch Dispatch

	// ReadSize is the most bytes that are read, and thus answered, at once;
	// 0 means DefaultReadSize.
	ReadSize int

	// IdleTimeout closes a connection on which no byte has come for this long
	// since the last answer, give or take: it takes up to half as long again.
	// 0 or less means never.
	IdleTimeout time.Duration

	// WriteTimeout resets a connection whose client does not take one answer
	// for this long, up to half as long again. Until then the client holds the
	// place of the pool that answers it. 0 means DefaultWriteTimeout; less
	// means for ever.
	WriteTimeout time.Duration

	// MaxConnections is the most connections open at once, those that wait
	// for a place of the pool included. More are closed as they come. 0 or
	// less means no cap but the system's own.
	MaxConnections int

	// Grace is how long a drained server lets answers in flight take before
	// it closes the connections that are left. 0 means DefaultGrace; less
	// means not at all.
	Grace time.Duration

	// Transform makes the answer of a message; nil upper-cases it. It may
	// change the message in place and return it, must not keep it, and may
	// be called for several connections at once. What becomes of its panic
	// is the pool's affair; here it ends the connection and is counted.
	Transform func(message []byte) []byte

	// Stats, if it is not nil, counts what happens. It can be read while the
	// server runs, and may be shared by several servers.
	Stats *Stats

	// Log gets what an operator should see: accepting that fails and starts
	// to work again, and connections that failed for other reasons than their
	// client's. nil logs nothing.
	Log *slog.Logger
}

// WithDefaults returns o with what was left at zero filled in, or says what is
// wrong with it. It is for servers outside this package; those inside call it.
// Afterwards a timeout of 0 means never, and a grace period of 0 none at all.
func (o Options) WithDefaults() (Options, error) {
	if o.Dispatch.String() == "invalid" {
		return o, fmt.Errorf("echo: Options.Dispatch is %d; use PerConnection or PerMessage", int(o.Dispatch))
	}
	if o.ReadSize < 0 {
		return o, fmt.Errorf("echo: Options.ReadSize is %d; use 1 or more bytes, or 0 for %d", o.ReadSize, DefaultReadSize)
	}
	if o.ReadSize == 0 {
		o.ReadSize = DefaultReadSize
	}
	o.WriteTimeout = orDefault(o.WriteTimeout, DefaultWriteTimeout)
	o.Grace = orDefault(o.Grace, DefaultGrace)
	o.IdleTimeout = max(0, o.IdleTimeout)
	if o.Transform == nil {
		o.Transform = upperInPlace
	}
	if o.Stats == nil {
		o.Stats = new(Stats)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return max(0, d)
}

func upperInPlace(message []byte) []byte {
	Upper(message, message)
	return message
}
