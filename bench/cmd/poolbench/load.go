package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/poolbench/poolbench/echo/load"
	"github.com/spf13/cobra"
)

// loadOptions are the flags of the command load.
type loadOptions struct {
	load.Options
	arrivals string
	hlog     string
	force    bool
	asJSON   bool
}

func newLoad() *cobra.Command {
	var o loadOptions
	cmd := &cobra.Command{
		Use:   "load",
		Short: "Load-tests an echo server, and says whether the figures are valid",
		Long: `load sends requests to a TCP server that returns the bytes that it receives, with
the letters a to z in upper case. It checks every reply byte for byte, and prints
the latencies in the Go benchmark format and in words. A server that waits for the
end of a line needs --protocol line.

--rate is an open loop: the schedule is drawn before the run, and the latency of a
reply counts from the time for which its request was planned. So a server that
stalls cannot hide how long requests wait (no coordinated omission).
--closed is a closed loop: each connection sends its next request after the last
reply. That measures the capacity of the server; its latencies suffer from
coordinated omission.

A run is INVALID when requests failed or were not answered, or when the generator
itself was late or at its limit. Then no latency is printed.

` + exitHelp,
		Example: `  poolbench load --addr 127.0.0.1:7007 --closed
  poolbench load --addr 127.0.0.1:7007 --rate 20000 --connections 64 --duration 30s --hlog run.hlog
  poolbench load --addr 127.0.0.1:7007 --rate 1000 --ramp-to 50000 --idle 10000`,
		Args: noArguments,
		RunE: o.run,
	}
	f := cmd.Flags()
	f.StringVar(&o.Addr, "addr", "", "where the server listens, as `host:port`")
	wholeVar(f, &o.Connections, "connections", 64, "connections that carry requests")
	f.Float64Var(&o.Rate, "rate", 0, "open loop: requests per second, over all connections")
	f.BoolVar(&o.Closed, "closed", false, "closed loop: as many requests as the server answers")
	f.DurationVar(&o.Duration, "duration", 10*time.Second, "how long to measure")
	wholeVar(f, &o.Payload, "payload", 64, "bytes of a request, 1 to 1048576")
	f.StringVar(&o.Protocol, "protocol", load.Echo.Name, "how messages lie on the wire: "+protocolWords())
	f.Uint64Var(&o.Seed, "seed", 1, "draws the arrivals, their connections and the payloads")
	f.StringVar(&o.arrivals, "arrivals", load.Poisson.String(), "arrivals of an open loop: poisson or uniform")
	f.Float64Var(&o.RampTo, "ramp-to", 0, "change the rate evenly to this one (default: constant)")
	wholeVar(f, &o.Idle, "idle", 0, "idle connections, which must stay open")
	wholeVar(f, &o.Churn, "churn", 0, "replace a connection after this many requests (default: never)")
	f.DurationVar(&o.Warmup, "warmup", time.Second, "send for this long before measuring")
	f.DurationVar(&o.Drain, "drain", 2*time.Second, "how long to wait for replies after the last request")
	wholeVar(f, &o.Threads, "threads", 0, "event loops of the generator (default: one for each two CPUs)")
	f.StringVar(&o.hlog, "hlog", "", "write the histograms to this `file`, in the HdrHistogram log format")
	f.BoolVar(&o.force, "force", false, "replace the file of --hlog if it exists")
	f.BoolVar(&o.asJSON, "json", false, "print JSON instead")
	requireNames(cmd, "arrivals", these(arrivalNames()...))
	requireNames(cmd, "protocol", described(load.Protocols, func(p *load.Protocol) (string, string) { return p.Name, p.Doc }))
	require(cmd, "payload", "give 1 to 1048576 bytes", func() bool { return o.Payload != 0 })
	require(cmd, "drain", "give a duration above 0, such as 2s", func() bool { return o.Drain != 0 })
	return cmd
}

func arrivalNames() []string { return []string{load.Poisson.String(), load.Uniform.String()} }

// protocolWords lists the protocols for a flag's help.
func protocolWords() string {
	var words []string
	for _, p := range load.Protocols {
		words = append(words, fmt.Sprintf("%s (%s)", p.Name, p.Doc))
	}
	return strings.Join(words, " or ")
}

// check completes the options, or says what is wrong with the flags.
func (o *loadOptions) check() error {
	switch {
	case o.Addr == "":
		return errors.New("no address: Give --addr HOST:PORT of a running server, such as \"poolbench serve\"")
	case !o.Closed && o.Rate == 0:
		return errors.New("no load: Give --rate REQUESTS-PER-SECOND for an open loop, or --closed for a closed one")
	}
	if err := o.Arrivals.UnmarshalText([]byte(o.arrivals)); err != nil {
		return err
	}
	return o.Validate()
}

func (o *loadOptions) run(cmd *cobra.Command, _ []string) error {
	if err := o.check(); err != nil {
		return err
	}
	log, err := o.openLog()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "load on %s for %v\n", o.Addr, o.Warmup+o.Duration)
	result, runErr := load.Run(cmd.Context(), o.Options)
	if result == nil {
		return errors.Join(runErr, closeLog(log, nil))
	}
	if err = printEither(cmd, o.asJSON, result, func(out io.Writer) error { return writeLoad(out, result) }); err != nil {
		err = fmt.Errorf("print the result: %w", err)
	}
	err = errors.Join(err, closeLog(log, result))
	switch {
	case err != nil:
		return err
	case runErr != nil && errors.Is(runErr, context.Canceled):
		return &exitError{exitInterrupted, errors.New("interrupted: an incomplete run is no measurement")}
	case runErr != nil:
		return runErr
	case !result.Verdict.Valid:
		return bad(errors.New("the run is INVALID: its figures do not count"))
	}
	return nil
}

// openLog opens the file of --hlog before the run, because afterwards it is too
// late to choose another. It is nil if there is none.
func (o *loadOptions) openLog() (*os.File, error) {
	if o.hlog == "" {
		return nil, nil
	}
	mode := os.O_WRONLY | os.O_CREATE
	if !o.force {
		mode |= os.O_EXCL
	}
	file, err := os.OpenFile(o.hlog, mode, 0o644)
	switch {
	case errors.Is(err, os.ErrExist):
		return nil, fmt.Errorf("--hlog %s exists: choose another file, or add --force to replace it", o.hlog)
	case err != nil:
		return nil, fmt.Errorf("--hlog: %w; choose another file", err)
	}
	return file, nil
}

// closeLog replaces what is in the file of --hlog by the histograms of a result.
// Where there is no result, because there was no run, it leaves no empty file.
func closeLog(file *os.File, r *load.Result) error {
	if file == nil {
		return nil
	}
	info, err := file.Stat()
	regular := err == nil && info.Mode().IsRegular() // a device has no length to cut, and says so
	if r == nil {
		if err = file.Close(); regular && info.Size() == 0 {
			err = errors.Join(err, os.Remove(file.Name()))
		}
		return err
	}
	if err = nil; regular {
		err = file.Truncate(0)
	}
	if err == nil {
		err = r.WriteLog(file)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("--hlog %s, of which nothing can be used: %w", file.Name(), err)
	}
	return nil
}
