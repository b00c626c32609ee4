package history

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// Text prints the findings for a reader: a small drawing of each series, and its
// changes. Without all, series in which nothing changed are only counted.
func Text(w io.Writer, findings []Finding, all bool) error {
	var b strings.Builder
	var before *Finding // the one above
	changes, changed := 0, 0
	for i, f := range findings {
		if changes += len(f.Changes); len(f.Changes) > 0 {
			changed++
		} else if !all {
			continue
		}
		if before == nil || f.Machine != before.Machine || f.Reference != before.Reference {
			if before != nil {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s, %s\n", f.Machine, f.measure())
		}
		b.WriteByte('\n')
		writeFinding(&b, f)
		before = &findings[i]
	}
	if before != nil {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s in %s.\n", count(changes, "change"), count(len(findings), "series"))
	if !all {
		builds, fewest := 0, 0
		for _, f := range findings {
			builds, fewest = max(builds, len(f.Builds)), max(fewest, f.Fewest)
		}
		fmt.Fprintf(&b, "Series without a change are not shown; the longest has %s, and it takes %d to show one.\n", count(builds, "build"), fewest)
	}
	if changed > 0 {
		fmt.Fprintf(&b, "Where nothing had changed, all of these together would show a change with a probability of %g %% at most.\n", 100*FalseAlarms)
	}
	_, err := io.WriteString(w, results.Printable(b.String())) // names are whatever a file says
	if err != nil {
		return fmt.Errorf("print the history: %w", err)
	}
	return nil
}

func writeFinding(b *strings.Builder, f Finding) {
	last := f.Builds[len(f.Builds)-1]
	fmt.Fprintf(b, "%s\n  %s  %s, now %s\n", f.Cell, Draw(f), count(len(f.Builds), "build"), f.quantity(last.Value))
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
		fmt.Fprintf(b, "  %s at %s of %s, p = %s", f.change(c), short(at.Commit), at.Made.Format("2006-01-02"), probability(c.P))
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
			logs = append(logs, f.scale(b.Value))
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

// measure says what the values of a series are.
func (s Series) measure() string {
	if s.amount() {
		return s.Unit
	}
	return fmt.Sprintf("as multiples of %s (%s)", s.Reference, s.Unit)
}

// quantity is a value in words: 0.52x, or 3 allocs/op.
func (s Series) quantity(value float64) string {
	if s.amount() {
		return fmt.Sprintf("%.6g %s", value, s.Unit)
	}
	return fmt.Sprintf("%.3gx", value)
}

// change is a change in words.
func (f Finding) change(c Change) string {
	if f.amount() {
		return fmt.Sprintf("from %.6g to %.6g %s", c.From, c.To, f.Unit)
	}
	return percent(c.Ratio)
}

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
