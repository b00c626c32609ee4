package bench

import (
	"testing"
	"time"

	"github.com/poolbench/poolbench/bench/experiment"
)

func TestARunThatNeedsLongerThanAskedSaysSoBeforehand(t *testing.T) {
	fan, served := groupOf("kept", plain), trafficGroup("capacity", brief(closed(0)))
	for _, row := range []struct {
		what   string
		groups []PlannedGroup
		asked  time.Duration
		longer bool
	}{
		{"time enough", []PlannedGroup{fan, served}, time.Minute, false},
		{"too little for the fan-outs", []PlannedGroup{fan}, time.Millisecond, true},
		{"too little for the traffic", []PlannedGroup{served}, time.Millisecond, true},
		{"too little for both", []PlannedGroup{fan, served}, time.Millisecond, true},
	} {
		p := &Plan{Groups: row.groups, Budget: experiment.Budget{Time: time.Minute}, Traffic: experiment.Budget{Time: time.Minute}}
		p.Within(row.asked)
		if got := p.Time(); got > row.asked != row.longer || got < row.asked {
			t.Errorf("%s: takes %v, asked for were %v", row.what, got, row.asked)
		}
	}
	short := &Plan{Groups: []PlannedGroup{fan}, Budget: experiment.Budget{Time: 1}}
	shared := short.Time()
	short.Isolate = true
	if short.Time() <= shared {
		t.Errorf("with a process for each cell it takes %v, and with one for all %v", short.Time(), shared)
	}
}

func TestTheTimeLeftFollowsWhatTheFirstRoundTakes(t *testing.T) {
	begin := time.Now()
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	f := &forecast{groups: []time.Duration{2 * time.Second, 2 * time.Second}, waiting: 4 * time.Second, budget: experiment.Budget{Time: 3 * time.Second}}
	want := func(now time.Time, seconds int) {
		t.Helper()
		if got := f.left(now); got != time.Duration(seconds)*time.Second {
			t.Errorf("%v s are left, want %d", got.Seconds(), seconds)
		}
	}
	want(at(0), 4) // the first round needs more than there is
	f.begin = begin
	want(at(1), 4) // what is not done yet takes as long as it takes
	f.saw(1, 6*time.Second)
	want(at(6), 6) // thrice as long as was thought
	f.saw(0, 6*time.Second)
	want(at(12), 0)

	f = &forecast{groups: []time.Duration{2 * time.Second}, waiting: 2 * time.Second, budget: experiment.Budget{Time: 10 * time.Second}, begin: begin}
	f.saw(0, time.Second)
	want(at(1), 9)
	want(at(11), 0) // never less than nothing

	f = &forecast{groups: []time.Duration{2 * time.Second}, waiting: 2 * time.Second, budget: experiment.Budget{Blocks: 3}, begin: begin}
	f.saw(0, 2*time.Second)
	want(at(2), 4)
	if got := new(forecast).total(); got != 0 {
		t.Errorf("nothing takes %v", got)
	}
}
