package report_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
)

// printed is what "go test -bench . -count=6" printed of two benchmarks.
func printed() *question.Evidence {
	var b strings.Builder
	for k := range 6 {
		fmt.Fprintf(&b, "BenchmarkParse/size=10-2 1000 12.%d ns/op\nBenchmarkParse/size=100-2 1000 11%d ns/op\n", k, k)
	}
	set, err := results.Read(strings.NewReader(b.String()), "bench.txt")
	if err != nil {
		panic(err)
	}
	return question.NewEvidence(set)
}

func ExampleText() {
	if err := report.Text(os.Stdout, printed()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// BenchmarkParse
	// benchmark  n  ns/op
	// size=10    6  12.2 ns [12.0 ns, 12.5 ns]
	// size=100   6  112 ns [110 ns, 115 ns]
	// Medians over lines, with their 95 % intervals where there are enough. A ratio is to strategy=goroutines.
	//
	// No negative control was measured often enough to say how far these figures can be trusted.
}

// Scripts and spreadsheets get every claim about a single cell.
func ExampleCSV() {
	if err := report.CSV(os.Stdout, []report.Run{{Name: "bench.txt", Evidence: printed()}}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// file,group,cell,strategy,unit,estimate,low,high,n,verdict,baseline,design
	// bench.txt,BenchmarkParse,Parse/size=10,,ns/op,12.25,12,12.5,6,,,
	// bench.txt,BenchmarkParse,Parse/size=100,,ns/op,112.5,110,115,6,,,
}
