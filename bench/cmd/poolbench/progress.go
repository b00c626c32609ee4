package main

import (
	"fmt"
	"io"
	"os"
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
		fmt.Fprintf(out, "measuring for %v\n", total)
	}
	return p
}

func (p *progress) show(now bench.Progress) {
	elapsed := min(now.Elapsed, p.total)
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("block %d, %v left, measured %-12s", now.Block, (p.total - elapsed).Round(time.Second), now.Group))
		// A bar that cannot be drawn is no reason to stop measuring.
		_ = p.bar.Set64(elapsed.Milliseconds())
		return
	}
	if now.Elapsed >= p.next {
		fmt.Fprintf(p.out, "block %d, %v of %v, %d lines\n", now.Block, now.Elapsed.Round(time.Second), p.total, now.Lines)
		p.next = now.Elapsed + linePeriod
	}
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
