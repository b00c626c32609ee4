package scheduler

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// policyOf returns the number of the scheduling policy of the calling thread.
func policyOf(t *testing.T) (policy, priority uint32) {
	t.Helper()
	attr, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return attr.Policy, attr.Priority
}

func TestALeaderOutranksWhatItStarts(t *testing.T) {
	if err := Permitted(RoundRobin); err != nil {
		t.Skip(err)
	}
	var said []byte
	err := Lead(RoundRobin, func(start func(func() error) error) error {
		// Fields 40 and 41 of stat(5), counted behind the name: priority and policy.
		cmd := exec.Command("cat", "/proc/self/stat")
		if err := start(func() (err error) { said, err = cmd.Output(); return err }); err != nil {
			return err
		}
		if policy, priority := policyOf(t); policy != unix.SCHED_RR || priority != Rank+1 {
			t.Errorf("the leader has policy %d and priority %d", policy, priority)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(said), ") ")
	if fields := strings.Fields(rest); len(fields) < 39 || fields[37] != "10" || fields[38] != "2" {
		t.Errorf("the process has not priority %d under SCHED_RR: %s", Rank, said)
	}
}

func TestNoThreadKeepsThePriority(t *testing.T) {
	if err := Permitted(RoundRobin); err != nil {
		t.Skip(err)
	}
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		stat, err := os.ReadFile("/proc/self/task/" + e.Name() + "/stat")
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); fields[0] != "Z" && fields[0] != "X" && fields[38] != "0" {
			t.Errorf("thread %s still has policy %s", e.Name(), fields[38])
		}
	}
}

func TestAllThreadsOutrankWhatIsLedAndAreAsBeforeAfterwards(t *testing.T) {
	if err := Permitted(RoundRobin); err != nil {
		t.Skip(err)
	}
	// As many threads as there are goroutines that keep one.
	stop := make(chan struct{})
	defer close(stop)
	for range 3 {
		locked := make(chan struct{})
		go func() {
			runtime.LockOSThread()
			close(locked)
			<-stop
		}()
		<-locked
	}
	ranks := func() map[string]int {
		entries, err := os.ReadDir("/proc/self/task")
		if err != nil {
			t.Fatal(err)
		}
		found := make(map[string]int)
		for _, e := range entries {
			thread, err := strconv.Atoi(e.Name())
			if err != nil {
				t.Fatal(err)
			}
			if attr, err := unix.SchedGetAttr(thread, 0); err == nil {
				found[fmt.Sprintf("policy %d, priority %d", attr.Policy, attr.Priority)]++
			}
		}
		return found
	}
	err := Lead(RoundRobin, func(func(func() error) error) error {
		if got := ranks(); len(got) != 1 || got[fmt.Sprintf("policy %d, priority %d", unix.SCHED_RR, Rank+1)] < 4 {
			t.Errorf("while it leads there are threads of %v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ranks(); len(got) != 1 || got["policy 0, priority 0"] < 4 {
		t.Errorf("afterwards there are threads of %v", got)
	}
}

func TestTheNormalPolicyIsAlwaysPermitted(t *testing.T) {
	if err := Permitted(Normal); err != nil {
		t.Error(err)
	}
}
