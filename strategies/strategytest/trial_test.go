//go:build go1.25

package strategytest

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// tried runs a rule under a watchdog, in a time of its own.
func tried(t *testing.T, prove func(*trial) error) (v Verdict, hung bool) {
	t.Helper()
	s := &strategies.Strategy{Name: "mine", Open: fakeOpen(strategies.Traits{}, sound, plain)}
	synctest.Test(t, func(*testing.T) {
		v, hung = examineRule(s, Rule{Number: 19, Name: "godot", prove: prove}, strategies.Offers{}, nil, quick)
		time.Sleep(time.Second) // of the bubble: what the gates held ends
	})
	return v, hung
}

func TestAHangIsAFailureThatNamesTheRuleAndWhatHangs(t *testing.T) {
	v, hung := tried(t, func(tr *trial) error {
		tr.doing("waiting for Godot")
		tr.gate().wait()
		return nil
	})
	if v.Status != Failed || !hung {
		t.Fatalf("%s, hung: %v", v.Status, hung)
	}
	for _, want := range []string{`strategy "mine", rule 19 (godot): waiting for Godot`, "a hang: nothing for 3", "[chan receive", "(*gate).wait"} {
		if !strings.Contains(v.Reason, want) {
			t.Errorf("want %q in\n%s", want, v.Reason)
		}
	}
	if v.Elapsed > 2*quick.Hang {
		t.Errorf("took %v", v.Elapsed)
	}
}

func TestProgressKeepsTheWatchdogQuiet(t *testing.T) {
	if v, _ := tried(t, func(tr *trial) error {
		begin := time.Now()
		steps := func() int64 { return int64(time.Since(begin) / (quick.Stall / 2)) }
		if tr.doing("going on"); !tr.reaches(steps, int64(3*quick.Hang/quick.Stall)) {
			return tr.fail("progress to be seen", "none")
		}
		return nil
	}); v.Status != Passed {
		t.Error(v.Reason)
	}
}

func TestProgressWithoutEndIsAHang(t *testing.T) {
	v, hung := tried(t, func(tr *trial) error {
		begin, end := time.Now(), tr.gate()
		tr.doing("going on forever")
		tr.comes(func() int64 { return int64(time.Since(begin)) }, end.isOpen)
		return nil
	})
	if !hung || !strings.Contains(v.Reason, "going on forever") || v.Elapsed < 4*quick.Hang {
		t.Errorf("after %v: %s", v.Elapsed, v.Reason)
	}
}

func TestWithoutProgressAWaitGivesUp(t *testing.T) {
	if v, _ := tried(t, func(tr *trial) error {
		begin := time.Now()
		if tr.reaches(func() int64 { return 1 }, 2) {
			return errors.New("1 is not 2")
		}
		if waited := time.Since(begin); waited < quick.Stall || waited > 2*quick.Stall {
			return errors.New("gave up after " + waited.String())
		}
		return nil
	}); v.Status != Passed {
		t.Error(v.Reason)
	}
}

func TestSettledWaitsForRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		value := func() int64 { return min(int64(time.Since(begin)/(quick.Settle/2)), 10) }
		if got := quick.settled(value); got != 10 {
			t.Errorf("at rest at %d, want 10", got)
		}
	})
}

func TestAProofThatDiesIsAFailure(t *testing.T) {
	for name, die := range map[string]func(){"panic": func() { panic("oops") }, "runtime.Goexit": runtime.Goexit} {
		v, _ := tried(t, func(tr *trial) error { tr.doing("dying"); die(); return nil })
		if v.Status != Failed || !strings.Contains(v.Reason, "dying: expected no "+name) {
			t.Errorf("%s: %s %s", name, v.Status, v.Reason)
		}
	}
}

func TestWhatARuleLeavesIsOpenedAndClosed(t *testing.T) {
	var left *poolRun
	v, _ := tried(t, func(tr *trial) error {
		pr, err := tr.open(1)
		if err != nil {
			return err
		}
		left = pr
		pr.send(2, tr.gate().wait)
		return tr.fail("nothing", "enough")
	})
	if v.Status != Failed || !left.closed.Load() || left.running() != 0 {
		t.Errorf("%s, closed: %v, still running: %d", v.Status, left.closed.Load(), left.running())
	}
}

func TestAPoolThatCannotBeOpenedFailsEveryRuleInOneError(t *testing.T) {
	for want, open := range map[string]func(int) (strategies.Pool, error){
		"no room":                     func(int) (strategies.Pool, error) { return nil, errors.New("no room") },
		"neither a pool nor an error": func(int) (strategies.Pool, error) { return nil, nil },
		"exactly one of":              nil,
	} {
		s := &strategies.Strategy{Name: "closedshop", Open: open}
		report := Examine(s)
		for _, v := range report.Verdicts {
			if v.Status != Failed {
				t.Errorf("rule %s: %s", v.Name, v.Status)
			}
		}
		err := report.Err()
		if err == nil || strings.Count(err.Error(), want) != 1 || !strings.Contains(err.Error(), "closedshop") {
			t.Errorf("%v, want %q once", err, want)
		}
	}
}
