package page_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/report/page"
	"github.com/poolbench/poolbench/bench/results"
)

// The page of a run needs no other file, and one input makes the same bytes.
func ExampleWrite() {
	set, err := results.Read(strings.NewReader("BenchmarkParse/size=10-2 1000 12.3 ns/op\n"), "bench.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	var b bytes.Buffer
	if err := page.Write(&b, page.Input{
		Runs:       []report.Run{{Name: "bench.txt", Evidence: question.NewEvidence(set)}},
		Strategies: lineup.All,
	}); err != nil {
		fmt.Println(err)
		return
	}
	_, title, _ := strings.Cut(b.String(), "<title>")
	title, _, _ = strings.Cut(title, "</title>")
	fmt.Println(title, strings.Count(b.String(), "src="))
	// Output:
	// Ways to run tasks, compared - poolbench 0
}
