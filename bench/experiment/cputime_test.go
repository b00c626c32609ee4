package experiment

import (
	"io"
	"os/exec"
	"runtime"
	"testing"
	"time"
)

func TestCPUTimeGrowsWithWork(t *testing.T) {
	const want = 20 * time.Millisecond
	begin, x := CPUTime(), uint64(1)
	for deadline := time.Now().Add(hang); CPUTime()-begin < want; {
		for range 1_000_000 {
			x *= 3
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v of CPU time after %v of work", CPUTime()-begin, hang)
		}
	}
	if x == 0 {
		t.Error("a power of three is 0")
	}
}

func TestCPUTimeNeverRunsBack(t *testing.T) {
	last := CPUTime()
	for range 10_000 {
		now := CPUTime()
		if now < last {
			t.Fatalf("%v after %v", now, last)
		}
		last = now
	}
}

func TestCPUTimeAddsOtherProcesses(t *testing.T) {
	cmd := self(t, "burn")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer finish(t, cmd, stdin)
	pid := cmd.Process.Pid
	if runtime.GOOS != "linux" {
		if got := CPUTime(pid); got != 0 {
			t.Errorf("CPU time of another process is %v here, want 0 for unknown", got)
		}
		return
	}
	// other is the child's share, less what this process uses between two looks.
	other := func() time.Duration { own := CPUTime(); return CPUTime(pid) - own }
	const want = 200 * time.Millisecond
	for deadline := time.Now().Add(hang); other() < want; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%v of CPU time seen of a process that burns", other())
		}
	}
	finish(t, cmd, stdin)
	if got := other(); got >= want {
		t.Errorf("%v of CPU time seen of a process that is gone", got)
	}
}

// finish ends a burning process, unless it is finished.
func finish(t *testing.T, cmd *exec.Cmd, stdin io.Closer) {
	t.Helper()
	if cmd.ProcessState != nil {
		return
	}
	stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
