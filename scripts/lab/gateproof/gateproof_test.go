package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/gate"
	"github.com/poolbench/poolbench/bench/gate/scheduler"
	"github.com/poolbench/poolbench/bench/gate/stock"
)

func TestALeaseIsHadUntilItIsGivenBack(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	ended := filepath.Join(t.TempDir(), "ended")
	l := lease{command: "cat; touch " + ended}
	if err := l.take(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(ended); err == nil {
		t.Error("the command has ended while the lease is had")
	}
	if l.held() <= 0 {
		t.Error("it is not said to be held")
	}
	if err := l.giveBack(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(ended); err != nil {
		t.Errorf("the command has not ended: %v", err)
	}
	if l.held() != 0 {
		t.Error("it is still said to be held")
	}
}

func TestALeaseWhoseCommandDoesNotCopyIsAnError(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	l := lease{command: "exit 1"}
	if err := l.take(); err == nil || !strings.Contains(err.Error(), `wait with "exit 1"`) {
		t.Errorf("got %v", err)
	}
}

func TestWithoutACommandALeaseCostsNothing(t *testing.T) {
	var l lease
	if err := l.take(); err != nil {
		t.Error(err)
	}
	if l.held() != 0 {
		t.Error("it is held")
	}
	if err := l.giveBack(); err != nil {
		t.Error(err)
	}
}

func TestGatesOfIdenticalBuildsDrawTheirBenchmarks(t *testing.T) {
	seen := make(map[string]bool)
	for seed := range uint64(50) {
		r := identical(time.Minute, seed)
		if err := stock.CheckPattern(r.Bench); err != nil {
			t.Fatal(err)
		}
		patterns := strings.Split(r.Bench, "|")
		if len(patterns) != 2 || patterns[0] == patterns[1] {
			t.Fatalf("seed %d draws %q", seed, patterns)
		}
		for _, p := range patterns {
			seen[p] = true
		}
		if strings.Join(r.BaseLinker, " ") != strings.Join(r.HeadLinker, " ") {
			t.Errorf("the builds differ: %q and %q", r.BaseLinker, r.HeadLinker)
		}
	}
	if len(seen) != len(shapes) {
		t.Errorf("%d of %d shapes are drawn", len(seen), len(shapes))
	}
	if r := slowed(time.Minute, 1); strings.Join(r.BaseLinker, " ") == strings.Join(r.HeadLinker, " ") {
		t.Error("the slowed build is the same")
	}
}

func TestGatesWithOneSchedulerHaveAFolderOfTheirOwn(t *testing.T) {
	for _, c := range []struct {
		asked     string
		scheduler gate.Policy
		want      string
	}{
		{"", "", "slowed"},
		{"", scheduler.Normal, "slowed-normal"},
		{"", scheduler.RoundRobin, "slowed-rr"},
		{"elsewhere", scheduler.Normal, "elsewhere"},
	} {
		campaign := campaign{subject: slowed, out: c.asked, scheduler: c.scheduler}
		campaign.complete("slowed", time.Minute)
		if campaign.out != c.want {
			t.Errorf("-out %q, -scheduler %q: they go to %s, want %s", c.asked, c.scheduler, campaign.out, c.want)
		}
		if r := campaign.request(1); r.Scheduler != c.scheduler || r.Validate() != nil {
			t.Errorf("-scheduler %q asks for %q: %v", c.scheduler, r.Scheduler, r.Validate())
		}
	}
}

func TestWhatToDoMustBeSaid(t *testing.T) {
	for _, args := range [][]string{nil, {"nonsense"}, {"pack"}, {"verdict"}, {"identical", "more"}, {"slowed", "-scheduler", "fifo"}} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}
