//go:build unix

package peers

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hangingPython is a Python whose process pools start workers as the first
// argument says, and whose turns hang once the workers are there. That it is so
// far it says on its standard error, which is file 3 and which all workers
// inherit: who reads the other end learns when the last of them is gone.
const hangingPython = `
import concurrent.futures, multiprocessing, os, runpy, sys, threading
os.dup2(3, 2)
multiprocessing.set_start_method(sys.argv[1])
submit = concurrent.futures.ProcessPoolExecutor.submit
def hang(*call):
    submit(*call).result()
    os.write(2, b"!")
    threading.Event().wait()
concurrent.futures.ProcessPoolExecutor.submit = hang
del sys.argv[:sys.argv.index("-B") + 1]
runpy.run_path(sys.argv[0], run_name="__main__")
`

func TestAPeerWhoseParentIsKilledLeavesNothingBehind(t *testing.T) {
	path := python(t)
	for _, method := range []string{"fork", "spawn", "forkserver"} {
		t.Run(method+" in a turn that hangs", func(t *testing.T) {
			t.Parallel()
			killHolder(t, path, method, true)
		})
		t.Run(method+" between turns", func(t *testing.T) {
			t.Parallel()
			killHolder(t, path, method, false)
		})
	}
}

// killHolder kills a process that holds a peer, and fails the test unless the
// peer, its workers and its script are then gone.
func killHolder(t *testing.T, path, method string, inTurn bool) {
	bin := t.TempDir()
	// Not of this test's name, which is too long for a fork server's socket.
	temporary, err := os.MkdirTemp("", "peers-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(temporary)
	hanging := bin + "/python3"
	if err := os.WriteFile(bin+"/hanging.py", []byte(hangingPython), 0o600); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\nexec '%s' -I '%s' %s \"$@\"\n", path, bin+"/hanging.py", method)
	if err := os.WriteFile(hanging, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	alive, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	if err := alive.SetReadDeadline(time.Now().Add(ample)); err != nil {
		t.Fatal(err)
	}
	holder := actor(t.Context(), "holds a peer")
	holder.Env = append(holder.Env, heldVariable+"="+hanging, "TMPDIR="+temporary)
	holder.ExtraFiles = []*os.File{theirs}
	holder.Stderr = t.Output()
	order, group := begin(t, holder)
	theirs.Close()
	defer func() {
		if t.Failed() {
			_ = syscall.Kill(-group, syscall.SIGKILL)
		}
	}()
	if inTurn {
		if _, err := io.WriteString(order, "\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := alive.Read(make([]byte, 1)); err != nil {
			t.Fatalf("the peer does not come as far as its turn: %v", err)
		}
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // says that it was killed
	if said, err := io.ReadAll(alive); err != nil {
		t.Errorf("the peer or a worker lives on: %v; it said %q", err, said)
	}
	if left, err := os.ReadDir(temporary); len(left) != 0 || err != nil {
		t.Errorf("%v left behind, %v", left, err)
	}
}

// begin starts a process that holds a peer, and returns what it takes its
// orders from and the peer's process group.
func begin(t *testing.T, holder *exec.Cmd) (order io.Writer, group int) {
	t.Helper()
	order, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 1<<10)
	n, _ := said.Read(line)
	group, err = strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil {
		t.Fatalf("the process holds no peer but says %q", line[:n])
	}
	return order, group
}
