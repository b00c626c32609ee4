package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/poolbench/poolbench/bench"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress shows how far a run has come: a bar on a terminal, and a plain
// line now and then elsewhere.
type progress struct {
	out   io.Writer
	total time.Duration
	bar   *progressbar.ProgressBar // nil elsewhere
	next  time.Duration            // when the next line is due
}

// linePeriod is how often a plain line is written.
const linePeriod = 15 * time.Second

func newProgress(out io.Writer, total time.Duration) *progress {
	p := &progress{out: out, total: total}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = progressbar.NewOptions64(total.Milliseconds(),
			progressbar.OptionSetWriter(out),
			progressbar.OptionSetDescription("measuring"),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetElapsedTime(false),
			progressbar.OptionSetWidth(40),
			progressbar.OptionClearOnFinish(),
		)
	} else {
		fmt.Fprintf(out, "measuring for %s\n", seconds(total))
	}
	return p
}

func (p *progress) show(now bench.Progress) {
	elapsed := min(now.Elapsed, p.total)
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%s left, block %d, measured %-12s", seconds(p.total-elapsed), now.Block, now.Group))
		// A bar that cannot be drawn is no reason to stop measuring.
		_ = p.bar.Set64(elapsed.Milliseconds())
		return
	}
	if now.Elapsed >= p.next {
		fmt.Fprintf(p.out, "%s of %s, block %d\n", seconds(now.Elapsed), seconds(p.total), now.Block)
		p.next = now.Elapsed + linePeriod
	}
}

// seconds words a time as people say it, with a digit behind the point below
// ten seconds.
func seconds(d time.Duration) string {
	digits := 0
	if d < 10*time.Second && d%time.Second != 0 {
		digits = 1
	}
	return strconv.FormatFloat(d.Seconds(), 'f', digits, 64) + " s"
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
