package question

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// about stands before a figure that rests on too few processes for an interval.
const about = "about "

// Times writes a ratio as a multiple with its interval: "0.21x [0.19, 0.24]",
// or "about 0.21x" where too few processes were measured for one.
func Times(i stats.Interval) string {
	switch {
	case math.IsNaN(i.Estimate) || math.IsInf(i.Estimate, 0):
		return "not measured"
	case unbounded(i):
		return about + Short(i.Estimate) + "x"
	}
	return fmt.Sprintf("%sx [%s, %s]", Short(i.Estimate), Short(i.Low), Short(i.High))
}

// span writes a quantity with its interval: "45.2 ns [44.0 ns, 47.1 ns]".
func span(i stats.Interval, write func(float64) string) string {
	switch {
	case math.IsNaN(i.Estimate) || math.IsInf(i.Estimate, 0):
		return "not measured"
	case unbounded(i):
		return about + write(i.Estimate)
	}
	return fmt.Sprintf("%s [%s, %s]", write(i.Estimate), write(i.Low), write(i.High))
}

func unbounded(i stats.Interval) bool { return math.IsInf(i.Low, 0) || math.IsInf(i.High, 0) }

// nanoseconds writes a time with three digits: "45.2 ns", "1.20 us".
func nanoseconds(v float64) string { return scaled(v, "ns", "us", "ms", "s") }

// bytes writes a size with three digits: "12.3 MB".
func bytes(v float64) string { return scaled(v, "B", "kB", "MB", "GB") }

// scaled writes a quantity in the largest of the units, each a thousand of the
// one before, in which it is at least one.
func scaled(v float64, units ...string) string {
	for len(units) > 1 && v >= 999.5 {
		v, units = v/1000, units[1:]
	}
	return digits(v) + " " + units[0]
}

// digits writes three digits of a number.
func digits(v float64) string {
	switch {
	case v >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// Short writes a ratio with the digits that it can carry here.
func Short(v float64) string {
	switch {
	case v >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.0995 || v == 0:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

// percent writes a share: "12 %".
func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// Middle is the median of values that were measured; there is at least one.
func Middle(values []float64) float64 {
	m, err := stats.Quantile(values, 0.5)
	if err != nil {
		return math.NaN()
	}
	return m
}

// typical is the median of a unit over a cell's processes, with its interval.
func typical(c *results.Cell, unit string) stats.Interval {
	interval, err := stats.Median(c.Values(unit), Confidence)
	if err != nil {
		return stats.Interval{Estimate: math.NaN(), Low: math.Inf(-1), High: math.Inf(1)}
	}
	return interval
}

// count writes a number before its noun: "1 process", "2 processes".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// list joins words as prose does: "a", "a and b", "a, b and c".
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return "none"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// first lists at most n of several words, and counts the others.
func first(n int, words []string) string {
	if more := len(words) - n; more > 1 {
		words = append(words[:n:n], fmt.Sprintf("%d more", more))
	}
	return list(words)
}

// capital begins a sentence.
func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// uncapital makes a clause of a sentence.
func uncapital(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// A share is what somebody takes of somebody else's time, in words.
type share struct{ who, times string }

// shares puts the ratios of rows to the reference in words.
func shares(rows []*Row) []share {
	out := make([]share, len(rows))
	for i, r := range rows {
		out[i] = share{r.Label(), Times(r.Ratio)}
	}
	return out
}

// takes says what the first n of several take of a time, from the fastest on:
// "a takes 0.21x [0.19, 0.24] the time of go f(), b 0.50x [0.44, 0.58]".
func takes(n int, all []share, whose string) string {
	shown := all[:min(n, len(all))]
	words := []string{shown[0].who + " takes " + shown[0].times + " " + whose}
	for _, s := range shown[1:] {
		words = append(words, s.who+" "+s.times)
	}
	text := list(words)
	switch more := len(all) - len(shown); {
	case more == 1:
		text += "; one more is faster"
	case more > 1:
		text += fmt.Sprintf("; %d more are faster", more)
	}
	return text
}

// slowest names the last n of several, which come from the fastest on:
// "d 3.2x [3.0, 3.5], c 1.4x [1.3, 1.5] and 2 more".
func slowest(n int, all []share) string {
	words := make([]string, 0, len(all))
	for _, s := range slices.Backward(all) {
		words = append(words, s.who+" "+s.times)
	}
	return first(n, words)
}

// load says what a group's tasks are: "empty tasks", "tasks of 1us".
func load(g *Group) string {
	keys := g.Rows[0].Cell.Keys
	grain := keys["grain"]
	switch keys["work"] {
	case "noop":
		return "empty tasks"
	case "hash":
		return "tasks that hash " + grain
	case "alloc":
		return "tasks that allocate " + grain
	case "stack":
		return "tasks that need " + grain + " of stack"
	case "sleep":
		return "tasks that wait " + grain
	case "mix":
		return "tasks of mixed length, " + grain + " on average"
	}
	return "tasks of " + grain
}
