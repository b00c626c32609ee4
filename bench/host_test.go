package bench

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/fakes"
	"github.com/poolbench/poolbench/bench/loadtest"
	"github.com/poolbench/poolbench/bench/work"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies"
)

func TestACellThatCannotBeOpenedSaysWhy(t *testing.T) {
	shut := fakes.Declared("shut", func(int) (strategies.Pool, error) { return nil, errors.New("no licence") })
	for name, row := range map[string]struct {
		cell func(c *Cell)
		want string
	}{
		"a pool that does not open":        {func(*Cell) {}, "open a pool of 4: no licence"},
		"nor for a batch":                  {func(c *Cell) { c.Pool = workload.Fresh }, "open a pool of 4: no licence"},
		"nor where memory is measured":     {func(c *Cell) { c.Measure = Memory }, "open a pool of 4: no licence"},
		"work that there is none of":       {func(c *Cell) { c.Work = "rest" }, `no work "rest"`},
		"a grain that is none":             {func(c *Cell) { c.Work = "spin" }, "work spin: grain"},
		"an idiom that the library lacks":  {func(c *Cell) { c.Pattern, c.Idiom = workload.Native, "stream" }, `strategy shut has no idiom "stream"`},
		"a strategy that there is none of": {func(c *Cell) { c.Strategy = "unheard" }, `no strategy "unheard"`},
		"a peer of a grain that is none":   {func(c *Cell) { c.Strategy = "pythonthreads" }, "work hash: grain"},
		"a peer with other work":           {func(c *Cell) { c.Strategy, c.Work, c.Grain = "pythonthreads", "spin", "4KiB" }, `only work "hash"`},
	} {
		c := small(workload.Kept).under("shut")
		row.cell(&c)
		by := loadtest.Implementation{}
		if c.Strategy == shut.Name {
			by.Strategy = shut
		}
		if _, err := (hostSpec{Calibration: 1}).open(c, by); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
}

func ExampleFailure() {
	f := Failure{burst(work.Noop, "", 1000, 64, 1).under("ants"), errors.New("hung")}
	fmt.Println(f)
	// Output: Fanout/pattern=callback/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy=ants: hung
}

func ExampleCell_Name() {
	fmt.Println(burst(work.Spin, "1us", 1000, 64, 1).under("ants").Name())
	c := burst(work.Noop, "", 1000, 64, 1).under("conc")
	c.Pattern, c.Idiom = workload.Native, "stream"
	fmt.Println(c.Name())
	// Output:
	// Fanout/pattern=callback/pool=kept/work=spin/grain=1us/tasks=1000/limit=64/submitters=1/strategy=ants
	// Fanout/pattern=native/idiom=stream/pool=kept/work=noop/grain=0/tasks=1000/limit=64/submitters=1/strategy=conc
}
