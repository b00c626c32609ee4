package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/poolbench/poolbench/echo"
	"github.com/spf13/cobra"
)

// clientOptions are the flags of the command client.
type clientOptions struct {
	addr    string
	clients int
	timeout time.Duration
}

// mostClients is more than one machine has ports for.
const mostClients = 65535

func newClient() *cobra.Command {
	var o clientOptions
	cmd := &cobra.Command{
		Use:   "client",
		Short: "Sends lines to an echo server and prints what comes back",
		Long: `client reads lines from standard input and sends each of them to an echo server.
It waits for the answer, checks it and prints it. Empty lines are skipped.

With --clients N, N clients send the same lines at once, each over a connection
of its own. The number of the client precedes each line that it prints. When the
server refuses a connection, closes it early or answers wrongly, client says so
and exits with 1.

` + exitHelp,
		Example: `  poolbench client
  poolbench client --addr 127.0.0.1:7007 --clients 10 < script.txt`,
		Args: noArguments,
		RunE: o.run,
	}
	f := cmd.Flags()
	f.StringVar(&o.addr, "addr", defaultAddr, "where the server listens, as `host:port`")
	wholeVar(f, &o.clients, "clients", 1, "how many clients at once")
	f.DurationVar(&o.timeout, "timeout", 10*time.Second, "how long the server may take to connect and for each answer")
	require(cmd, "clients", "give 1 or more", func() bool { return o.clients >= 1 })
	require(cmd, "clients", fmt.Sprintf("give %d at the most", mostClients), func() bool { return o.clients <= mostClients })
	require(cmd, "timeout", "give a duration above 0", func() bool { return o.timeout > 0 })
	refuse(cmd, "addr", func([]string) error {
		if _, _, err := net.SplitHostPort(o.addr); err != nil {
			return fmt.Errorf("--addr %s: %w; give one such as %s", o.addr, err, defaultAddr)
		}
		return nil
	})
	return cmd
}

// run lets the clients talk. One alone sends each line as it is typed; several
// are given the whole script first. An interruption does not wait for the rest of
// the script.
func (o *clientOptions) run(cmd *cobra.Command, _ []string) error {
	ctx, in := cmd.Context(), cmd.InOrStdin()
	printer := log.New(cmd.OutOrStdout(), "", 0) // which keeps the lines of clients apart
	if o.clients == 1 {
		return interruptible(ctx, func() error { return o.talk(ctx, "", in, printer) })
	}
	var script bytes.Buffer
	err := interruptible(ctx, func() error {
		_, err := script.ReadFrom(in)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the script: %w", err)
	}
	errs := make([]error, o.clients)
	var all sync.WaitGroup
	for i := range o.clients {
		all.Go(func() {
			errs[i] = o.talk(ctx, fmt.Sprintf("%d: ", i+1), bytes.NewReader(script.Bytes()), printer)
		})
	}
	all.Wait()
	err = errors.Join(errs...)
	var exit *exitError
	if errors.As(err, &exit) { // one that is classified classifies all
		return &exitError{exit.code, err}
	}
	return err
}

// talk is one client. prefix stands before what it prints.
func (o *clientOptions) talk(ctx context.Context, prefix string, script io.Reader, printer *log.Logger) error {
	who := prefix
	if who != "" {
		who = "client " + who
	}
	dialer := net.Dialer{Timeout: o.timeout}
	conn, err := dialer.DialContext(ctx, "tcp", o.addr)
	if err != nil {
		return o.blame(ctx, fmt.Errorf("%s%w; is \"poolbench serve\" running there?", who, err))
	}
	defer func() { _ = conn.Close() }()                                              // what it says is of no use any more
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })() // an interruption ends a read
	lines := bufio.NewReader(script)
	for n := 1; ; n++ {
		line, end := lines.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			answer, err := o.ask(ctx, conn, line)
			if err != nil {
				return o.blame(ctx, fmt.Errorf("%sline %d to %s: %w", who, n, o.addr, err))
			}
			if err := printer.Output(0, prefix+answer); err != nil {
				return fmt.Errorf("print an answer: %w", err)
			}
		}
		switch {
		case end == io.EOF:
			return nil
		case end != nil:
			return fmt.Errorf("read line %d: %w", n, end)
		}
	}
}

// blame is an error about the server, unless it was the interruption.
func (o *clientOptions) blame(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return bad(err)
}

// ask sends a line and reads as many bytes as it has. A server sends no line
// ends of its own: what it is sent, it returns.
func (o *clientOptions) ask(ctx context.Context, conn net.Conn, line string) (string, error) {
	if err := conn.SetDeadline(time.Now().Add(o.timeout)); err != nil {
		return "", err
	}
	if ctx.Err() != nil { // its deadline may have come before ours
		return "", ctx.Err()
	}
	sent := make(chan error, 1)
	go func() { // a long line may be answered before all of it is sent
		_, err := io.WriteString(conn, line)
		sent <- err
	}()
	answer := make([]byte, len(line))
	n, readErr := io.ReadFull(conn, answer)
	var timeout net.Error
	switch {
	case readErr == nil:
	case errors.As(readErr, &timeout) && timeout.Timeout():
		return "", fmt.Errorf("the server answered %d of %d bytes and no more within %v", n, len(line), o.timeout)
	case errors.Is(readErr, io.EOF), errors.Is(readErr, io.ErrUnexpectedEOF):
		return "", fmt.Errorf("the server closed the connection after %d of %d bytes of the answer", n, len(line))
	default:
		return "", fmt.Errorf("after %d of %d bytes of the answer: %w", n, len(line), readErr)
	}
	if err := <-sent; err != nil {
		return "", fmt.Errorf("send it: %w", err)
	}
	want := []byte(line)
	echo.Upper(want, want)
	for i := range want {
		if answer[i] != want[i] {
			return "", fmt.Errorf("the server answered %q where %q was due, from byte %d on", excerpt(answer[i:]), excerpt(want[i:]), i+1)
		}
	}
	return string(answer), nil
}

// excerpt is the beginning of what may be long.
func excerpt(text []byte) []byte { return text[:min(len(text), 40)] }
