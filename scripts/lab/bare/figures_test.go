package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

func TestAFigureIsReachedWhenTheWholeIntervalIs(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      Bound
		status    Status
	}{
		{2, 4, atLeast(2), Reached},
		{1.9, 4, atLeast(2), Open},
		{1, 1.9, atLeast(2), Missed},
		{0.5, 1, atMost(1), Reached},
		{0.5, 1.1, atMost(1), Open},
		{1.1, 1.2, atMost(1), Missed},
		{0, math.Inf(1), atLeast(2), Open},
		{0, math.Inf(1), atMost(2), Open},
	} {
		f := Figure{Measured: stats.Interval{Low: c.low, High: c.high, N: 1}, Want: c.want}
		if got := f.Status(); got != c.status {
			t.Errorf("[%v, %v], %+v: %q, want %q", c.low, c.high, c.want, got, c.status)
		}
	}
}

func TestTheTableCountsAndShowsTheWorst(t *testing.T) {
	figure := func(cell string, estimate, low, high float64) Figure {
		return Figure{"fast", cell, "pond", stats.Interval{Estimate: estimate, Low: low, High: high, N: 7}, Times, atLeast(3)}
	}
	var b bytes.Buffer
	if err := WriteFigures(&b, []Figure{figure("one", 5, 4, 6), figure("two", 2, 1, 2.5), figure("three", 3, 2, 4)}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| fast | 3 | 1 | 1 | 1 | two against pond: 2.00 [1.00, 2.50] |",
		"| three | pond | 3.00 [2.00, 4.00] | at least 3 | 7 | open |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no line %q in\n%s", want, &b)
		}
	}
}

// made writes a record in which every strategy takes so many times the time of
// the subject; cells of 0 times are left out.
func made(t *testing.T, slower func(Cell) float64) *results.Set {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.txt")
	w, err := results.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Head([]results.Setting{{Key: "gomaxprocs", Value: "2"}}); err != nil {
		t.Fatal(err)
	}
	for block := range 8 {
		for _, g := range Groups(catalog.All, 2) {
			if err := w.Block(results.Block{Number: block + 1, Group: g.Slug}); err != nil {
				t.Fatal(err)
			}
			for _, c := range g.Cells {
				x := slower(c) * (1 + float64(block)/1000)
				if x == 0 {
					continue
				}
				values := map[string]float64{results.XRef: x, results.AllocsPerTask: 0, results.PeakRSS: 1e7 * x}
				if c.Strategy == Loop {
					values[results.NsPerTask] = max(1, float64(c.Grain.Duration()))
				} else {
					length := float64(c.Grain.Duration())
					values[results.Efficiency] = length / (length + 20*x)
				}
				if err := w.Line(c.Name(), 1, values); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	set, err := results.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestFiguresSayOfEveryTargetWhatTheRecordHolds(t *testing.T) {
	for _, c := range []struct {
		what   string
		slower float64 // all others, as a multiple of the subject
		status Status
		but    []string // targets that such a record does not decide so
	}{
		{"all others take five times as long", 5, Reached, nil},
		{"all others take a tenth", 0.1, Missed, []string{"METG50 of go", "METG50 of each", "0 allocations"}},
	} {
		set := made(t, func(cell Cell) float64 {
			if cell.Strategy == Subject || cell.Strategy == Control {
				return 1
			}
			return c.slower
		})
		figures, err := Figures(set, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(targets(figures)) != 12 {
			t.Errorf("%s: %d targets", c.what, len(targets(figures)))
		}
		for _, f := range figures {
			if slices.ContainsFunc(c.but, func(p string) bool { return strings.HasPrefix(f.Target, p) }) {
				continue
			}
			if f.Status() != c.status {
				t.Errorf("%s: %s, %s: %s is %q, want %q", c.what, f.Target, f.where(), f.value(), f.Status(), c.status)
			}
		}
	}
}

func TestWhatARecordLacksIsNotMeasured(t *testing.T) {
	for _, c := range []struct {
		what string
		gone func(Cell) bool
		lost func(Figure) bool
	}{
		{"nothing", func(Cell) bool { return false }, func(Figure) bool { return false }},
		{"everything but the loop", func(c Cell) bool { return c.Strategy != Loop }, func(Figure) bool { return true }},
		{"one library, which others stand in for", func(c Cell) bool { return c.Strategy == "pond" }, func(Figure) bool { return false }},
		{"the textbook pool", func(c Cell) bool { return c.Strategy == Textbook }, func(f Figure) bool { return f.Against == Textbook }},
		{"the control", func(c Cell) bool { return c.Strategy == Control }, func(f Figure) bool { return strings.HasPrefix(f.Target, "coarse tasks") }},
		{"one length of a sweep", func(c Cell) bool { return c.Grain == "165ns" }, func(f Figure) bool { return strings.HasPrefix(f.Target, "METG50 of each") }},
	} {
		figures, err := Figures(made(t, func(cell Cell) float64 {
			if c.gone(cell) {
				return 0
			}
			return 1
		}), 2)
		if err != nil {
			t.Fatalf("a record lacks %s: %v", c.what, err)
		}
		for _, f := range figures {
			if lost := f.Status() == NotMeasured; lost != c.lost(f) {
				t.Errorf("a record lacks %s: %s, %s is %q", c.what, f.Target, f.where(), f.Status())
			}
		}
		var b bytes.Buffer
		if err := WriteFigures(&b, figures); err != nil {
			t.Fatal(err)
		}
		if shown := strings.Contains(b.String(), "not measured"); shown != slices.ContainsFunc(figures, c.lost) {
			t.Errorf("a record lacks %s:\n%s", c.what, &b)
		}
	}
}

func TestAStrategyThatJoinsTheCatalogLeavesTheFiguresOfARecordAlone(t *testing.T) {
	set, err := readRecord(folder)
	if err != nil {
		t.Fatal(err)
	}
	shown := func() string {
		var b bytes.Buffer
		if err := figures(set, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	before, all := shown(), catalog.All
	defer func() { catalog.All = all }()
	catalog.All = append(slices.Clone(all), &strategies.Strategy{Name: "newcomer", Module: "example.com/newcomer", Open: all[0].Open})
	if after := shown(); after != before {
		t.Error("the figures have changed")
	}
	if measured := Groups(catalog.All, 2); !slices.ContainsFunc(measured[0].Cells, func(c Cell) bool { return c.Strategy == "newcomer" }) {
		t.Error("the next record would not measure the newcomer")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, fmt.Errorf("disk full: %w", io.ErrShortWrite) }

func TestATableThatCannotBeWrittenIsAnError(t *testing.T) {
	if err := WriteFigures(fullDisk{}, nil); err == nil {
		t.Error("no error")
	}
}

func TestALibraryThatComesNearTheTargetTakesPartInLongBatches(t *testing.T) {
	for _, c := range []struct{ fastest, complaint string }{
		{contenders[0], ""},
		{"weighted", "weighted takes only 2.01 times"},
	} {
		set := made(t, func(cell Cell) float64 {
			if cell.Strategy == c.fastest {
				return 2
			}
			return 9
		})
		err := CheckContenders(set, 2)
		if c.complaint == "" && err != nil || c.complaint != "" && (err == nil || !strings.Contains(err.Error(), c.complaint)) {
			t.Errorf("%s is the fastest: got %v, want %q", c.fastest, err, c.complaint)
		}
	}
}
