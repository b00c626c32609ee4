package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

// The record in results/echo must show what is claimed: the best server needs
// at most 1.2 times the CPU of the one in C, and 1.3 is outside the interval.
func TestTheRecordShowsAServerCloseToC(t *testing.T) {
	files, err := filepath.Glob("../../../results/echo/cpu*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no record: %v", err)
	}
	for _, file := range files {
		set, err := results.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		reference := set.Cell(lineName(floor))
		best := math.Inf(1)
		for _, c := range set.Cells {
			if c == reference {
				continue
			}
			if len(byBlock(c)) < 10 {
				t.Errorf("%s: %s has %d processes, want 10 at least", file, c.Name, len(byBlock(c)))
			}
			r, err := ratio(c, reference)
			if err != nil {
				t.Fatal(err)
			}
			if r.Estimate < best && r.High < 1.3 {
				best = r.Estimate
			}
		}
		if best > 1.2 {
			t.Errorf("%s: no server is shown to be close to C; the best takes %.3f times its CPU", file, best)
		}
	}
}

func TestRatiosAreTakenWithinAProcessAndOverProcesses(t *testing.T) {
	var text strings.Builder
	for block := range 8 {
		fmt.Fprintf(&text, "=== block %d group cpu seed 1 steal -1\n", block+1)
		weather := 1 + float64(block) // of this process's time, which both have
		for _, noise := range []float64{1, 1, 9} {
			fmt.Fprintf(&text, "Benchmark%s 10 %g cpu-ns/req\n", lineName(floor), weather*1000)
			fmt.Fprintf(&text, "Benchmark%s 10 %g cpu-ns/req\n", lineName("eventloop"), weather*1250*noise)
		}
	}
	set, err := results.Read(strings.NewReader(text.String()), "made up")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ratio(set.Cell(lineName("eventloop")), set.Cell(lineName(floor)))
	if err != nil || math.Abs(r.Estimate-1.25) > 1e-9 || r.Low > 1.25 || r.High < 1.25-1e-9 || r.N != 8 {
		t.Errorf("got %+v, %v; want 1.25 of 8 processes", r, err)
	}
	var out strings.Builder
	if err := tell(&out, set); err != nil || !strings.Contains(out.String(), "eventloop  ") || !strings.Contains(out.String(), "1.250 [1.250, 1.250]") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestAServerThatIsNotThereIsNamedWithThoseThatAre(t *testing.T) {
	if _, err := find("epool"); err == nil || !strings.Contains(err.Error(), "eventloop") || !strings.Contains(err.Error(), "goroutines") {
		t.Errorf("got %v", err)
	}
}
