package bench

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/workload"
	"github.com/poolbench/poolbench/strategies/proc"
)

// BenchmarkServed is run by the test below, in a process of its own.
func BenchmarkServed(b *testing.B) {
	forTests(b)
	RunEcho(b, func() (*exec.Cmd, error) { return proc.Self("host") }, quiet, hostedServers...)
}

func TestRunEchoReportsWhatTheGeneratorSaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, name string }{
		{"a cell of the quick profile", "load=closed/unit=connection/connections=64/payload=64/strategy=goroutines"},
		{"one that a longer profile has", "load=closed/unit=message/connections=64/payload=64/strategy=queue"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			out, err := benchmark(t, "^BenchmarkServed$/"+c.name+"$")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			set, err := results.Read(bytes.NewReader(out), "output")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			cell := set.Cell("Served/" + c.name)
			if len(set.Cells) != 1 || cell == nil {
				t.Fatalf("the cell is not there, or not alone:\n%s", out)
			}
			got := figures(cell.Samples[0])
			if _, ok := got["ns/op"]; ok {
				t.Errorf("a time of the loop is reported, in which connections are made: %v", got)
			}
			if got[results.Invalid] == 0 && !(got[results.ReqRate] > 0) || !(got[results.GenCPU] > 0) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestABenchmarkReachesEveryServerAndAllCellsOnlyByName(t *testing.T) {
	few, all := StockEcho("Echo", lineup.All, lineup.Servers), StockEcho("Echo/strategy=", lineup.All, lineup.Servers)
	names, played := make(map[string]bool), make(map[contender]bool)
	for _, c := range all {
		if names[c.Name()] {
			t.Errorf("%s is offered twice", c.Name())
		}
		names[c.Name()], played[c.contender()] = true, true
	}
	for _, c := range few {
		if !names[c.Name()] {
			t.Errorf("%s is lost where a strategy is named", c.Name())
		}
	}
	if len(few) > 50 || len(all) < 200 {
		t.Errorf("%d cells are offered to a pattern without a name, and %d to one with", len(few), len(all))
	}
	for _, g := range traffics(Full, Selection{Strategies: lineup.All, Servers: lineup.Servers, Named: true}) {
		for _, c := range g.Cells {
			if c.Strategy != Control && !names[c.Name()] {
				t.Errorf("%s is reached by no pattern", c.Name())
			}
		}
	}
	for _, s := range lineup.All {
		if !played[contender{workload.PerMessage, s.Name}] {
			t.Errorf("%s is never run", s.Name)
		}
	}
	for _, s := range lineup.Servers {
		if !played[contender{workload.OwnSocket, s.Name}] {
			t.Errorf("%s is never run", s.Name)
		}
	}
}
