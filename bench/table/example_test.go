package table_test

import (
	"fmt"
	"os"

	"github.com/poolbench/poolbench/bench/table"
)

// One table is written for a terminal, a pull request and a spreadsheet.
func ExampleTable() {
	t := table.Table{Title: "Time of a task", Note: "Medians.", Head: []string{"strategy", "ns"}, Rows: [][]string{{"pond", "200"}, {"go f()", "400"}}}
	for _, write := range []func() error{
		func() error { return t.Text(os.Stdout) },
		func() error { return t.Markdown(os.Stdout) },
		func() error { return t.CSV(os.Stdout) },
	} {
		if err := write(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// Time of a task
	// strategy  ns
	// pond      200
	// go f()    400
	// Medians.
	// Time of a task:
	//
	// | strategy | ns |
	// | --- | --- |
	// | pond | 200 |
	// | go f() | 400 |
	//
	// Medians.
	// strategy,ns
	// pond,200
	// go f(),400
}

// A grid is filled in any order; what is never set is a dash.
func ExampleGrid() {
	g := table.NewGrid("", "", []string{"strategy"}, "empty", "1us")
	g.Set(0, "0.50", "pond")
	g.Set(1, "0.98", "conc")
	g.Set(1, "0.90", "pond")
	if err := g.Text(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// strategy  empty  1us
	// pond      0.50   0.90
	// conc      -      0.98
}
