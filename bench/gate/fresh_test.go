package gate_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/selftest"
	"github.com/poolbench/poolbench/bench/stats"
)

func TestWhereProcessesCannotBeStoppedEachTurnIsOne(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds and measures for some seconds")
	}
	program, err := selftest.WriteProgram()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := program.Remove(); err != nil {
			t.Error(err)
		}
	}()
	r := selftest.Request("Spin/^alone$/slowdown=20$", true, 30*time.Second, 1)
	r.Fresh = true
	// Two pairs are enough.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var said []string
	pairs := 0
	g := &gate.Gate{
		Say: func(line string) { said = append(said, line) },
		Progress: func(gate.Progress) {
			if pairs++; pairs == 2 {
				cancel()
			}
		},
	}
	defer func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}()
	out := filepath.Join(t.TempDir(), "out")
	if err := g.Begin(ctx, program.Dir, out, r); err != nil {
		t.Fatal(err)
	}
	if err := g.Measure(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	v := g.Result()
	if v.Stops || len(v.Policies) != 1 || v.Policies[0] != scheduler.Normal {
		t.Errorf("stops %v, under %v", v.Stops, v.Policies)
	}
	if all := strings.Join(said, "\n"); !strings.Contains(all, "each turn is a short process of its own") {
		t.Errorf("it does not say so beforehand:\n%s", all)
	}
	if text := v.Words(); !strings.Contains(text, "every turn was a short process of its own") {
		t.Errorf("it does not say so in the verdict:\n%s", text)
	}

	// What it packs into one file says the same.
	path := filepath.Join(t.TempDir(), "record")
	if err := gate.Pack(out, path); err != nil {
		t.Fatal(err)
	}
	record, err := gate.ReadRecord(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := record.Result()
	if err != nil {
		t.Fatal(err)
	}
	again.Folder = v.Folder
	if again.Words() != v.Words() {
		t.Errorf("the record says\n%s\nthe gate said\n%s", again.Words(), v.Words())
	}
	found := 0
	for _, e := range record.Entries {
		p := e.Pair
		if p == nil {
			continue
		}
		found++
		if len(p.Turns[0]) != record.Plan.Benchmarks[0].Exchanges || p.Turns[0][0] == 0 || p.Preempted != nil {
			t.Errorf("a pair is %+v", p)
		}
		// How much slower head came out is for no test to say, but that the value
		// is the median of its exchanges is.
		var logs []float64
		for k, base := range p.Turns[0] {
			logs = append(logs, math.Log(p.Turns[1][k]/base))
		}
		want, err := stats.Quantile(logs, 0.5)
		if err != nil {
			t.Fatal(err)
		}
		if d := p.Log["ns/op"]; math.Abs(d-want) > 0.001 {
			t.Errorf("the log-ratio is %v, its turns say %v", d, want)
		}
	}
	if found != 2 {
		t.Errorf("there are %d pairs, want 2", found)
	}
}
