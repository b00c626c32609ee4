package question_test

import (
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

func TestNumbersOfCPUsAndPackagesAreNotMixed(t *testing.T) {
	var text strings.Builder
	for range 12 {
		text.WriteString("pkg: example.com/a\n" +
			"BenchmarkX/strategy=goroutines 100 10 ns/op\nBenchmarkX/strategy=fast 100 5 ns/op\n" +
			"BenchmarkX/strategy=goroutines-2 100 40 ns/op\nBenchmarkX/strategy=fast-2 100 30 ns/op\n" +
			"pkg: example.com/b\nBenchmarkX/strategy=fast-2 100 80 ns/op\n")
	}
	set, err := results.Read(strings.NewReader(text.String()), "cpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	e := question.NewEvidence(set)
	got := make(map[string]float64)
	for _, g := range e.Groups() {
		for _, r := range g.Rows {
			if len(r.Cell.Samples) != 12 {
				t.Errorf("%s has %d lines", r.Cell.Name, len(r.Cell.Samples))
			}
		}
		ratios, err := e.Compare(g, question.Query{Unit: results.XRef, Baseline: question.Reference})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range ratios.Claims {
			if c.Cell.Keys["strategy"] == "fast" {
				got[c.Cell.Name] = c.Value.Estimate
			}
		}
	}
	if len(got) != 2 || got["example.com/a.X/strategy=fast"] != 0.5 || got["example.com/a.X/strategy=fast-2"] != 0.75 {
		t.Errorf("ratios %v, want each to the reference of its own package and number of CPUs, and none where there is none", got)
	}
}
