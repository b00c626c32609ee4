//go:build unix

package child

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// talking makes this test program the child of the test below.
const talking = "POOLBENCH_CHILD_TALKS"

func TestMain(m *testing.M) {
	if os.Getenv(talking) != "" {
		os.Exit(talk())
	}
	os.Exit(m.Run())
}

// talk replies, and chatters by every way there is to standard output.
func talk() int {
	replies, err := TakeStdout()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("through os.Stdout")
	_, _ = unix.Write(1, []byte("to descriptor 1\n"))
	shell := exec.Command("echo", "by a child")
	shell.Stdout = os.Stdout
	_ = shell.Run()
	fmt.Fprintln(replies, "a reply")
	return 0
}

func TestNothingButRepliesReachesTheParent(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), talking+"=1")
	var out, chatter bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &chatter
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, &chatter)
	}
	if got := out.String(); got != "a reply\n" {
		t.Errorf("standard output got %q, want the reply alone", got)
	}
	if want := "through os.Stdout\nto descriptor 1\nby a child\n"; chatter.String() != want {
		t.Errorf("standard error got %q, want %q", &chatter, want)
	}
}
