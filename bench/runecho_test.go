package bench

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/poolbench/poolbench/bench/experiment"
	"github.com/poolbench/poolbench/bench/results"
)

// BenchmarkServed is run by the test below, in a process of its own.
func BenchmarkServed(b *testing.B) {
	RunEcho(b, func() (*exec.Cmd, error) { return experiment.Self("host") }, quiet, hostedServers...)
}

func TestRunEchoReportsWhatTheGeneratorSaw(t *testing.T) {
	t.Parallel()
	out, err := benchmark(t, "^BenchmarkServed$/load=closed/unit=connection/connections=64/payload=64/strategy=goroutines")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	set, err := results.Read(bytes.NewReader(out), "output")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cell := set.Cell("Served/load=closed/unit=connection/connections=64/payload=64/strategy=goroutines")
	if len(set.Cells) != 1 || cell == nil {
		t.Fatalf("the cell is not there, or not alone:\n%s", out)
	}
	got := figures(cell.Samples[0])
	if _, ok := got["ns/op"]; ok {
		t.Errorf("a time of the loop is told, in which connections are made: %v", got)
	}
	if got[results.Invalid] == 0 && !(got[results.ReqRate] > 0) || !(got[results.GenCPU] > 0) {
		t.Errorf("got %v", got)
	}
}
