package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench"
)

// A progress shows how far a run has come.
type progress struct{ *status }

// newProgress says how long a run will take, and why, if that is longer than
// was asked for; asked is 0 where nothing was.
func newProgress(out io.Writer, total, asked time.Duration) *progress {
	fmt.Fprintf(out, "measuring for %s\n", span(total))
	if asked > 0 && total > asked {
		fmt.Fprintf(out, "note: that is longer than --time %v, because everything is measured at least once; --question and --strategy leave things out\n", asked)
	}
	return &progress{newStatus(out)}
}

func (p *progress) show(now bench.Progress) {
	total := now.Elapsed + now.Left
	done := 1.0
	if total > 0 {
		done = float64(now.Elapsed) / float64(total)
	}
	round := fmt.Sprintf("round %d", now.Block)
	if !p.status.terminal {
		p.status.show(fmt.Sprintf("%s of %s, %s", span(now.Elapsed), span(total), round), now.Elapsed)
		return
	}
	text := fmt.Sprintf("%3.0f %%, %s left, %s", 100*done, span(now.Left), round)
	p.status.show(bar(done, p.status.columns()-len(text)-1)+text, now.Elapsed)
}

// bar draws a share of 1 in so many columns, or nothing in too few.
func bar(share float64, columns int) string {
	const least, most = 10, 40
	if columns < least {
		return ""
	}
	inner := min(columns, most) - 2
	full := int(share * float64(inner))
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", inner-full) + "] "
}

// span words a length of time as people say it, with a digit behind the point
// below ten seconds.
func span(d time.Duration) string {
	switch d = d.Round(100 * time.Millisecond); {
	case d < 10*time.Second && d%time.Second != 0:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < 10*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}
