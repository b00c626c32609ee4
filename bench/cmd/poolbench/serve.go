package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/spf13/cobra"
)

// serveOptions are the flags of the command serve.
type serveOptions struct {
	echo.Options
	strategy  string
	addr      string
	statsAddr string
	unit      string
	limit     int
}

// defaultAddr is where a server listens, and clients and documents look for it.
const defaultAddr = "127.0.0.1:7007"

func newServe() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Runs an echo server under a strategy",
		Long: `serve is a TCP server that returns the bytes that it receives, with the letters
a to z in upper case. It runs under any strategy or server of "poolbench list".
It prints the address that it listens on. --addr HOST:0 takes any free port.

  listening on 127.0.0.1:7007

Ctrl-C or SIGTERM drains the server: it accepts no more connections, answers what
has arrived, and exits with 0 when every connection has ended or --grace is over.
Connections that wait behind the limit are counted as starving.

` + exitHelp,
		Example: `  poolbench serve --strategy pond --limit 10
  poolbench serve --strategy ants --unit message --addr 127.0.0.1:0 --stats 127.0.0.1:7008
  poolbench serve --strategy prefork`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, notes, err := o.way(cmd.Flags().Changed)
			if err != nil {
				return err
			}
			for _, note := range notes {
				fmt.Fprintln(cmd.ErrOrStderr(), "note:", note)
			}
			return o.serve(cmd.Context(), w, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.strategy, "strategy", "goroutines", "strategy or server to run")
	f.StringVar(&o.addr, "addr", defaultAddr, "where to listen, as `host:port`; port 0 is any free one")
	f.StringVar(&o.statsAddr, "stats", "", "serve statistics as JSON over HTTP at this `host:port` of the loopback interface")
	f.StringVar(&o.unit, "unit", echo.PerConnection.String(), "what a task is: connection or message")
	wholeVar(f, &o.limit, "limit", 0, "most tasks, connections, processes or event loops at once (default: that of the strategy on this machine)")
	f.DurationVar(&o.Grace, "grace", echo.DefaultGrace, "how long to drain after SIGTERM")
	f.DurationVar(&o.IdleTimeout, "idle-timeout", 0, "close connections that are idle for this long (default: never)")
	f.DurationVar(&o.WriteTimeout, "write-timeout", echo.DefaultWriteTimeout, "reset connections that do not read an answer for this long; 0: never")
	wholeVar(f, &o.MaxConnections, "max-connections", 0, "reject connections beyond this many (default: no cap)")
	wholeVar(f, &o.ReadSize, "read-size", echo.DefaultReadSize, "most bytes of a message")
	requireNames(cmd, "strategy", knownServed)
	requireNames(cmd, "unit", these(unitNames()...))
	require(cmd, "max-connections", "give 1 or more, or 0 for no cap", func() bool { return o.MaxConnections >= 0 })
	require(cmd, "read-size", "give 1 or more bytes", func() bool { return o.ReadSize >= 1 })
	require(cmd, "limit", "give 1 or more, or leave the flag out", func() bool { return o.limit >= 1 })
	for flag, value := range map[string]*time.Duration{"grace": &o.Grace, "idle-timeout": &o.IdleTimeout, "write-timeout": &o.WriteTimeout} {
		require(cmd, flag, "give a duration of 0 or more", func() bool { return *value >= 0 })
	}
	return cmd
}

// orNever turns 0, which at the command line means never, into what means so to
// package echo.
func orNever(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

func (o *serveOptions) serve(ctx context.Context, w *way, stdout, stderr io.Writer) error {
	// Not one of the keep-alive probes would come to anything before a client
	// of this server is gone, and each connection pays for them.
	if o.addr == "" {
		return errors.New("--addr names no address: give one such as " + defaultAddr)
	}
	config := net.ListenConfig{KeepAlive: -1}
	ln, err := config.Listen(ctx, "tcp", o.addr)
	if err != nil {
		return listenError("addr", o.addr, err)
	}
	stats := new(echo.Stats)
	watch := newServeWatch(w, ln.Addr(), stats)
	endpoint, err := o.openStats(watch)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer endpoint.Close() // no client waits for figures any more

	fmt.Fprintf(stdout, "listening on %s\n", ln.Addr())
	if endpoint.Addr != "" {
		fmt.Fprintf(stdout, "figures on http://%s/\n", endpoint.Addr)
	}
	fmt.Fprintf(stderr, "serving under %s\n", w)
	status := newStatus(stderr)
	stop := watch.start(status)
	o.Dispatch, o.Stats, o.Log = w.unit, stats, slog.New(slog.NewTextHandler(status, nil))
	o.WriteTimeout, o.Grace = orNever(o.WriteTimeout), orNever(o.Grace)
	err = w.serve(ctx, ln, o.Options)
	stop()
	fmt.Fprintln(stderr, watch.summary())
	return classify(ctx, err)
}

// listenError says why a server cannot listen where a flag says.
func listenError(flag, addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: the address is in use; choose another --%s, or port 0 for any free one", addr, flag)
	}
	return fmt.Errorf("--%s: %w", flag, err)
}

// classify says what an error of a server is: its own fault, when it had begun
// to drain, or that of the environment.
func classify(ctx context.Context, err error) error {
	var panicked *pooled.PanicError
	if err != nil && (ctx.Err() != nil || errors.As(err, &panicked)) {
		return bad(fmt.Errorf("the drain was not clean: %w", err))
	}
	return err
}

func unitNames() []string {
	return []string{echo.PerConnection.String(), echo.PerMessage.String()}
}
