package history

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/poolbench/poolbench/bench/stats"
)

// Text prints the findings for a reader: a small drawing of each series, and its
// changes.
func Text(w io.Writer, findings []Finding) error {
	var b strings.Builder
	changes, changed := 0, 0
	for i, f := range findings {
		if i == 0 || f.Machine != findings[i-1].Machine || f.Reference != findings[i-1].Reference {
			if i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s, as multiples of %s (%s)\n", f.Machine, f.Reference, f.Unit)
		}
		b.WriteByte('\n')
		writeFinding(&b, f)
		if changes += len(f.Changes); len(f.Changes) > 0 {
			changed++
		}
	}
	fmt.Fprintf(&b, "\n%s in %s.\n", count(changes, "change"), count(len(findings), "series"))
	if changed > 0 {
		fmt.Fprintf(&b, "Where nothing had changed, all of these together would show a change with a probability of %g %% at most.\n", 100*FalseAlarms)
	}
	_, err := io.WriteString(w, b.String())
	if err != nil {
		return fmt.Errorf("print the history: %w", err)
	}
	return nil
}

func writeFinding(b *strings.Builder, f Finding) {
	last := f.Builds[len(f.Builds)-1]
	fmt.Fprintf(b, "%s\n  %s  %s, now %s\n", f.Cell, Draw(f), count(len(f.Builds), "build"), multiple(last.Ratio))
	if searched := len(f.Builds) - f.Start; searched < f.Fewest {
		fmt.Fprintf(b, "  too short to show a change: that takes %d builds\n", f.Fewest)
	} else if f.Start > 0 {
		fmt.Fprintf(b, "  only the last %d builds were searched\n", searched)
	}
	if f.Missed > 0 {
		fmt.Fprintf(b, "  not measured in the last %s\n", count(f.Missed, "build"))
	}
	for _, c := range f.Changes {
		at := f.Builds[c.At]
		fmt.Fprintf(b, "  %s at %s of %s, p = %s", percent(c.Ratio), short(at.Commit), at.Made.Format("2006-01-02"), probability(c.P))
		fmt.Fprintf(b, "; it came after %s, with %s at the latest\n", short(f.Builds[c.Low-1].Commit), short(f.Builds[c.High].Commit))
		for _, other := range c.Besides {
			fmt.Fprintf(b, "    also different from there on: %s\n", other)
		}
	}
}

// width is how many columns a drawing has at the most, changes left out.
const width = 60

var blocks = []rune("▁▂▃▄▅▆▇█")

// flattest is how far apart the lowest and the highest block are at the least,
// as a ratio: noise of a percent is not drawn as mountains.
const flattest = 1.10

// Draw draws a series in one line: a block for each build, or for the median of
// several when they are many, higher when slower, and a bar before each change.
func Draw(f Finding) string {
	each := (len(f.Builds) + width - 1) / width
	low, high := math.Inf(1), math.Inf(-1)
	var columns []float64
	var starts []int
	for start := 0; start < len(f.Builds); start += each {
		var logs []float64
		for _, b := range f.Builds[start:min(start+each, len(f.Builds))] {
			logs = append(logs, math.Log(b.Ratio))
		}
		middle, _ := stats.Quantile(logs, 0.5) // of finite values, one at least
		columns, starts = append(columns, middle), append(starts, start)
		low, high = min(low, middle), max(high, middle)
	}
	if missing := math.Log(flattest) - (high - low); missing > 0 {
		low, high = low-missing/2, high+missing/2
	}
	var line strings.Builder
	change := 0
	for i, v := range columns {
		for change < len(f.Changes) && f.Changes[change].At < starts[i]+each {
			line.WriteByte('|')
			change++
		}
		level := int(float64(len(blocks)) * (v - low) / (high - low))
		line.WriteRune(blocks[min(level, len(blocks)-1)])
	}
	return line.String()
}

// multiple is a ratio in words: 0.52x.
func multiple(ratio float64) string { return fmt.Sprintf("%.3gx", ratio) }

// percent is a change in words: +12.3 % [+9.8, +14.9].
func percent(ratio stats.Interval) string {
	by := func(r float64) string { return fmt.Sprintf("%+.1f", 100*(r-1)) }
	if ratio.Reason != "" {
		return by(ratio.Estimate) + " %"
	}
	return fmt.Sprintf("%s %% [%s, %s]", by(ratio.Estimate), by(ratio.Low), by(ratio.High))
}

func probability(p float64) string { return fmt.Sprintf("%.2g", p) }

// short is as much of a hash as people write.
func short(commit string) string { return commit[:min(10, len(commit))] }

func count(n int, what string) string {
	if n != 1 && !strings.HasSuffix(what, "s") {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
