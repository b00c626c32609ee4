package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/poolbench/poolbench/bench/question"
)

// barWidth is how many characters stand for the longest bar.
const barWidth = 40

// Bars draws the time that one empty task takes under every strategy, as a
// multiple of the reference's, for where only letters can be drawn. The scale
// is logarithmic: equal steps in length are equal factors in time.
func Bars(out io.Writer, e *question.Evidence) error {
	g := e.Group("submit")
	least, most, width := math.Inf(1), math.Inf(-1), 0
	for _, r := range g.Rows {
		if v := r.Ratio.Estimate; r.Real() && v > 0 {
			least, most, width = min(least, v), max(most, v), max(width, utf8.RuneCountInString(r.Label()))
		}
	}
	if !(most > least) {
		return fmt.Errorf("draw bars: the results hold no two strategies with empty tasks to compare")
	}
	var b strings.Builder
	for _, r := range g.ByRatio() {
		v := r.Ratio.Estimate
		if !r.Real() || !(v > 0) {
			continue
		}
		length := 1 + int(math.Round((barWidth-1)*math.Log(v/least)/math.Log(most/least)))
		fmt.Fprintf(&b, "%-*s %s %s\n", width, r.Label(), strings.Repeat("=", length), question.Times(r.Ratio))
	}
	_, err := io.WriteString(out, b.String())
	return err
}
