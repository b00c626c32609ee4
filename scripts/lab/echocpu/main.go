// The command echocpu measures the CPU time that a request costs a server of
// the echo, as a multiple of what it costs a server in C. Run it through
// scripts/echo-cpu, which builds that server.
//
// Servers take turns of a quarter of a second in random order, under 64
// connections in closed loop with 41 bytes a message, and their processes are
// started anew after some turns. A turn's CPU time is that of the server's
// process, read off its clock when the connections stand and again when the
// last reply has come. The value of a process is the median of its turns'
// logarithms of ratios; estimate and interval are those of Hodges and Lehmann
// over the processes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/echo/pooled"
	"github.com/poolbench/poolbench/strategies/processes"
)

func main() {
	processes.Hook(pooled.Kind)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "echocpu:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string) error {
	var e experiment
	var out, child string
	flags := flag.NewFlagSet("echocpu", flag.ExitOnError)
	flags.StringVar(&out, "out", "", "new `file` for the raw lines")
	flags.StringVar(&e.epoll, "epoll", "", "`program` that scripts/peers/c/epoll.c was compiled to")
	flags.IntVar(&e.processes, "processes", 12, "how often the servers are started anew")
	flags.IntVar(&e.exchanges, "exchanges", 3, "turns of each server between")
	flags.DurationVar(&e.turn, "turn", 250*time.Millisecond, "how long a turn is")
	flags.Uint64Var(&e.seed, "seed", uint64(time.Now().UnixNano()), "draws the order of turns")
	flags.StringVar(&child, "serve", "", "be the server of this `name`, for the process that measures")
	_ = flags.Parse(args) // it ends the program itself
	if child != "" {
		return serve(ctx, child)
	}
	if e.epoll == "" || out == "" {
		return errors.New("give -epoll and -out, or run scripts/echo-cpu, which does")
	}
	e.names = flags.Args()
	if len(e.names) == 0 {
		e.names = []string{"eventloop", "netpoll", "goroutines"}
	}
	if err := e.measure(ctx, out); err != nil {
		return err
	}
	set, err := results.Open(out)
	if err != nil {
		return err
	}
	return tell(os.Stdout, set)
}
