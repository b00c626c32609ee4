package page

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
)

// BenchmarkWrite writes pages of 2,000 cells, from what was read to what is
// written: in groups of every kind, and in one sweep over 125 lengths of a task.
// A page should take less than two seconds: on two processors of 2.5 GHz it takes
// 0.35 s and 1.76 MB, and 1.06 s and 2.30 MB.
func BenchmarkWrite(b *testing.B) {
	for _, c := range []struct{ cells, lengths int }{{2000, 13}, {2000, 125}, {MostCells, 13}} {
		set := manyCells(b, c.cells, c.lengths)
		b.Run(fmt.Sprintf("cells=%d/lengths=%d", c.cells, c.lengths), func(b *testing.B) {
			size := 0
			for b.Loop() {
				var out bytes.Buffer
				run := report.Run{Name: "many.txt", Evidence: question.NewEvidence(set)}
				if err := Write(&out, Input{Runs: []report.Run{run}, Strategies: lineup.All, Servers: lineup.Servers}); err != nil {
					b.Fatal(err)
				}
				size = out.Len()
			}
			b.ReportMetric(float64(size), "page-bytes")
		})
	}
}
