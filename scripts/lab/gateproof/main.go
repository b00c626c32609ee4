// The command gateproof measures what poolbench gate is worth: gates of
// identical builds, whose every REGRESSED is false, and gates of builds that are
// slower by known shares. Each gate becomes a file from which anyone can work out
// its verdict again. Run it through scripts/gate-proof, which builds it with the
// commit that it is of.
//
//	gateproof identical [-gates N] [-budget D] [-out FOLDER]
//	gateproof slowed [-gates N] [-budget D] [-scheduler NAME] [-out FOLDER]
//	gateproof pack FOLDER FILE      packs the folder of any gate
//	gateproof verdict FILE          works out what a packed gate found
//
// What is in FOLDER already is kept, so that it goes on where it was
// interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gateproof:", err)
		os.Exit(2)
	}
}

var errUsage = errors.New("say what to measure, identical or slowed; or pack a gate's folder into a file, or ask for the verdict of one")

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	c := campaign{}
	flags := flag.NewFlagSet("gateproof "+args[0], flag.ExitOnError)
	flags.IntVar(&c.gates, "gates", 1, "how many there shall be in the folder")
	flags.DurationVar(&c.budget, "budget", 0, "of each gate (default: 7s for identical builds, 10m for slowed ones)")
	flags.StringVar(&c.out, "out", "", "`folder` of the records (default: results/gate/identical or results/gate/slowed, with -normal or -rr behind it for one scheduler)")
	flags.Uint64Var(&c.seed, "seed", 0, "gate n draws from this `number` + n")
	flags.StringVar((*string)(&c.scheduler), "scheduler", "", "give the scheduler of this `name`, SCHED_RR or normal, the whole budget (default: both share it)")
	flags.Var(&c.building, "building", "`command` that waits until there may be building, and ends with its input; on a machine that is shared")
	flags.Var(&c.measuring, "measuring", "the like for measuring, which is interrupted every -slice")
	flags.DurationVar(&c.slice, "slice", 15*time.Second, "how long to measure without giving way, where -measuring is given")
	_ = flags.Parse(args[1:]) // it ends the program itself
	switch args[0] {
	case "identical":
		if c.scheduler != "" {
			return errors.New("gates of identical builds are under both schedulers: leave out -scheduler")
		}
		c.subject = identical
		c.complete("results/gate/identical", 7*time.Second)
	case "slowed":
		c.subject = slowed
		c.complete("results/gate/slowed", 10*time.Minute)
	case "pack":
		if flags.NArg() != 2 {
			return errors.New("pack wants the folder of a gate and the file to make")
		}
		return gate.Pack(flags.Arg(0), flags.Arg(1))
	case "verdict":
		if flags.NArg() != 1 {
			return errors.New("verdict wants the file of a gate")
		}
		return tell(flags.Arg(0))
	default:
		return errUsage
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%v: flags come before it, and no other argument is expected", flags.Args())
	}
	return c.run(ctx)
}

// tell prints the verdict of a record.
func tell(path string) error {
	r, err := gate.ReadRecord(path)
	if err != nil {
		return err
	}
	v, err := r.Result()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	fmt.Print(v.Words())
	return nil
}
