package claim_test

import (
	"fmt"
	"strings"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// runs are eight processes of two cells, which took turns in each.
func runs() *results.Set {
	var b strings.Builder
	for block := 1; block <= 8; block++ {
		fmt.Fprintf(&b, "=== block %d group submit seed 1 steal 0\n", block)
		fmt.Fprintf(&b, "BenchmarkFanout/strategy=goroutines 1000 40%d ns/task 1 x-ref\n", block)
		fmt.Fprintf(&b, "BenchmarkFanout/strategy=pond 1000 20%d ns/task 0.50%d x-ref\n", block, block)
	}
	set, err := results.Read(strings.NewReader(b.String()), "results.txt")
	if err != nil {
		panic(err)
	}
	return set
}

// One claim is a sentence, the figure of a card and a cell of a table.
func ExampleCompare() {
	set := runs()
	pond := claim.Subject{Cell: set.Cell("Fanout/strategy=pond"), Name: "pond"}
	spawn := claim.Subject{Cell: set.Cell("Fanout/strategy=goroutines"), Name: "go f()"}
	const noise = 0.02 // what a control shows of chance, as a logarithm
	c, err := claim.Compare([]claim.Pair{{Subject: pond, Baseline: spawn, Judge: true}}, results.XRef, claim.InTurns, noise)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, of := range c.Claims {
		fmt.Printf("%s is %s than %s: %s, measured %s.\n", of.Name, of, of.Baseline.Name, of.Verdict, of.Design)
		fmt.Println(of.Figure(), of.What())
		fmt.Println(of.Short())
	}
	// Output:
	// pond is 1.98x [1.97, 1.99] faster than go f(): better, measured in turns.
	// 1.98x faster than go f(), with pond
	// 0.50 +-0.5%
}

// What took no turns is not compared as if it had.
func ExampleCompare_design() {
	set, err := results.Read(strings.NewReader(`=== block 1 group submit seed 1 steal 0
BenchmarkFanout/tasks=1000/strategy=pond 1000 200 ns/task 0.5 x-ref
=== block 1 group contention8 seed 1 steal 0
BenchmarkFanout/tasks=1000/submitters=8/strategy=pond 1000 300 ns/task 0.9 x-ref
`), "results.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	one, many := claim.Subject{Cell: set.Cells[0], Name: "one submitter"}, claim.Subject{Cell: set.Cells[1], Name: "pond"}
	_, err = claim.Compare([]claim.Pair{{Subject: many, Baseline: one}}, results.XRef, claim.InTurns, 0)
	fmt.Println(err != nil)
	c, err := claim.Compare([]claim.Pair{{Subject: many, Baseline: one}}, results.NsPerTask, claim.ByBlocks, 0)
	fmt.Println(c.Claims[0], err)
	// Output:
	// true
	// about 1.50x slower <nil>
}

// A figure that is compared with nothing is the median over processes.
func ExampleFigures() {
	cell := runs().Cell("Fanout/strategy=pond")
	for _, c := range claim.Figures([]claim.Subject{{Cell: cell, Name: "pond"}}, results.NsPerTask).Claims {
		fmt.Printf("A task takes %s with %s.\n", c, c.Name)
	}
	// Output:
	// A task takes 204 ns [201 ns, 208 ns] with pond.
}
