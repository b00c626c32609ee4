package results_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/poolbench/poolbench/bench/results"
)

// What "go test -bench" prints is a results file.
func ExampleRead() {
	printed := `goos: linux
pkg: example.com/codec
BenchmarkEncode/size=10-2   1000  1200 ns/op  64 B/op
BenchmarkEncode/size=10-2   1000  1240 ns/op  64 B/op
PASS
`
	set, err := results.Read(strings.NewReader(printed), "bench.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cell := range set.Cells {
		fmt.Println(cell.Package, cell.Name, cell.CPUs, cell.Keys["size"], cell.Values("ns/op"))
	}
	fmt.Println(set.Setting("goos"))
	// Output:
	// example.com/codec Encode/size=10 -2 10 [1200 1240]
	// linux
}

// A writer makes a file that this package, benchstat and the reports read alike.
func ExampleCreate() {
	dir, err := os.MkdirTemp("", "results")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "results.txt")

	w, err := results.Create(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = w.Head([]results.Setting{{Key: "goos", Value: "linux"}})
	if err == nil {
		err = w.Block(results.Block{Number: 1, Group: "mine", Seed: 7, Steal: -1})
	}
	if err == nil {
		err = w.Line("Fanout/strategy=mine", 1000, map[string]float64{results.NsPerTask: 250})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}

	set, err := results.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	sample := set.Cell("Fanout/strategy=mine").Samples[0]
	fmt.Println(sample.Block.Group, sample.N, set.Cells[0].Values(results.NsPerTask))
	// Output: mine 1000 [250]
}
