package strategytest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// unknown is a strategy that Hook does not know in a child.
var unknown = &strategies.Strategy{Name: "unknown", Open: fakeOpen(strategies.Traits{}, sound, plain)}

// inVain has rules proved by children that never reach the kit.
func inVain(how *starter, t timing) (verdicts []Verdict) {
	proveInChildren(context.Background(), how, unknown, []string{"close", "panic"}, t, func(v Verdict) {
		verdicts = append(verdicts, v)
	})
	return verdicts
}

// In a child process this test is what keeps the child from reaching the kit.
func TestAChildThatIsSilentIsEnded(t *testing.T) {
	if childOrder() != nil {
		select {}
	}
	impatient := timing{Hang: 200 * time.Millisecond}
	verdicts := inVain(byTest(t.Name(), callID{}), impatient)
	if len(verdicts) != 2 {
		t.Fatalf("%d verdicts", len(verdicts))
	}
	for _, v := range verdicts {
		if v.Status != Failed || !strings.Contains(v.Reason, "before it reached this call of the kit") {
			t.Errorf("%s: %s", v.Status, v.Reason)
		}
	}
}

func TestAChildThatDoesNotReachTheKitFailsWithAdvice(t *testing.T) {
	for _, v := range inVain(byTest("TestThatThereIsNot", callID{}), quick) {
		if v.Status != Failed || !strings.Contains(v.Reason, "call strategytest.Hook in TestMain") || !strings.Contains(v.Reason, "exit status 0") {
			t.Errorf("%s: %s", v.Status, v.Reason)
		}
	}
}

func TestTheLastWordsOfAProcessTellWhy(t *testing.T) {
	stderr := "a log line\npanic: first\n\t[recovered]\n\na log line\npanic: second\n\n" + sample[len("panic: oops\n\n"):]
	if got := deathReport(stderr); !strings.HasPrefix(got, "panic: second\n") || !strings.Contains(got, "(*pool).work") {
		t.Errorf("got\n%s", got)
	}
	if got := strings.Count(deathReport("fatal error: x\n"+strings.Repeat("frame\n", 100)), "\n"); got > 40 {
		t.Errorf("%d lines", got)
	}
	if got := deathReport("nothing said"); got != "nothing said" {
		t.Errorf("got %q", got)
	}
}

func TestADeathIsThatOfTheRuleOrNot(t *testing.T) {
	for _, row := range []struct {
		rule, stderr string
		want         bool
	}{
		{"panic", "panic: " + panicValue + "\n\ngoroutine 1", true},
		{"panic", "panic: oops [recovered]\n\tpanic: " + panicValue, true},
		{"panic", "panic: oops", false},
		{"panic", "log: " + panicValue, false},
		{"goexit", "fatal error: no goroutines (main called runtime.Goexit) - deadlock!", true},
		{"goexit", "panic: a task called runtime.Goexit", true},
		{"goexit", "signal: killed", false},
	} {
		if got := diedOf(row.rule, row.stderr); got != row.want {
			t.Errorf("rule %s, %q: %v", row.rule, row.stderr, got)
		}
	}
}

func TestWhatAChildSaysOfARuleIsKeptApart(t *testing.T) {
	c := newChild(order{}, nil)
	c.stderr.Write([]byte("before\n" + "\n" + ruleMark + "close\nclosing\n" +
		"\n" + ruleMark + "race\n==================\nWARNING: DATA RACE\nWrite at 0x00c\n==================\n"))
	if got := c.stderrOf("close"); got != "closing\n" {
		t.Errorf("close: %q", got)
	}
	if got := dataRace(c.stderrOf("race")); got != "Write at 0x00c" {
		t.Errorf("race: %q", got)
	}
	if got := dataRace(c.stderrOf("close")); got != "" {
		t.Errorf("close: %q", got)
	}
	if !mayRace("race", strategies.Traits{Race: strategies.RacePanics}) || mayRace("race", strategies.Traits{}) {
		t.Error("only a pool that panics on a race may race")
	}
}
