package processes

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies/remote"
)

func TestWithoutTheHookOpenReturnsAdvice(t *testing.T) {
	out, err := self(t, "unhooked").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != ErrNoHook.Error() {
		t.Errorf("Open printed %q", got)
	}
}

func TestAWorkerThatNeverHooksDoesNotOpenPoolsOfItsOwn(t *testing.T) {
	t.Setenv(actVariable, "unhooked") // what its main opens fails, and so there is no third generation
	if _, err := Open(1); err == nil || !strings.Contains(err.Error(), "processes.Hook") {
		t.Errorf("Open: %v", err)
	}
}

func TestHookRefusesKindsThatAWorkerCouldNotTellApart(t *testing.T) {
	run := func([]byte) (remote.Result, error) { return nil, nil }
	for what, kinds := range map[string][]remote.Kind{
		`are called "a"`: {{Name: "a", Run: run}, {Name: "a", Run: run}},
		`1 to 255`:       {{Name: strings.Repeat("a", longestName+1), Run: run}},
		`called ""`:      {{Run: run}},
		`no Run`:         {{Name: "a"}},
		`called before`:  {{Name: "a", Run: run}}, // by TestMain
	} {
		func() {
			defer func() {
				if message := fmt.Sprint(recover()); !strings.Contains(message, what) {
					t.Errorf("want a panic that says %q, got %q", what, message)
				}
			}()
			Hook(kinds...)
		}()
	}
}

func TestOpenRefusesALimitBelowOne(t *testing.T) {
	if _, err := Open(0); err == nil {
		t.Error("a pool of no processes was opened")
	}
}

func TestWorkersEndWithAParentThatIsKilled(t *testing.T) {
	g := newGate(t)
	parent := self(t, "parent", "PROCESSES_TEST_GATE="+g.Addr().String())
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	parent.Stderr = new(strings.Builder)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	for lines := bufio.NewScanner(out); lines.Scan(); {
		pid, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	held := g.arrival() // one of them is in the middle of a job
	if len(pids) != 2 || (held != pids[0] && held != pids[1]) {
		t.Errorf("the workers are %v and %d holds a job", pids, held)
	}
	parent.Process.Kill()
	// Wait reads the standard error that the workers share with the parent, and
	// so it returns when the last of them has exited.
	within(t, "the end of the workers", func() { parent.Wait() })
}
