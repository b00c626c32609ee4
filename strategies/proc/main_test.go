package proc

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// actVariable makes the test binary act as something else.
const actVariable = "PROC_TEST_ACT"

// obedient is the role in which the test binary does what it reads.
var obedient = &Role{Name: "obedient", Hook: "proc.obey"}

// hang is how long a step of a test may take.
const hang = 20 * time.Second

func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	act, argument, _ := strings.Cut(os.Getenv(actVariable), " ")
	if act != "" {
		os.Unsetenv(actVariable)
		act, known := acts[act]
		if !known {
			panic("unknown act")
		}
		act(argument)
	}
	if parent := obedient.Claim(); parent != nil {
		obey(parent)
	}
	os.Exit(m.Run())
}

// acts are what the test binary does before it comes to Claim.
var acts = map[string]func(argument string){
	"exit":  func(code string) { n, _ := strconv.Atoi(code); os.Exit(n) },
	"hang":  func(string) { time.Sleep(time.Hour) },
	"print": func(text string) { fmt.Println(text); fmt.Fprintln(os.Stderr, "and to standard error") },
	"args":  func(string) { fmt.Print(os.Args[1:]); os.Exit(0) },
	"stand": func(string) { fmt.Println("stands"); time.Sleep(time.Hour) },
	"restart": func(string) {
		_, err := obedient.Start(context.Background(), mustSelf(), hang)
		fmt.Print(err)
		os.Exit(0)
	},
}

// orders are what a child does. Each answers with a line.
var orders = map[string]func(parent *Parent, argument string) string{
	"say":  func(_ *Parent, text string) string { return text },
	"exit": func(_ *Parent, code string) string { n, _ := strconv.Atoi(code); os.Exit(n); return "" },
	"print": func(_ *Parent, text string) string {
		fmt.Println(text)
		return "done"
	},
	"read": func(*Parent, string) string {
		n, err := io.Copy(io.Discard, os.Stdin)
		return fmt.Sprint(n, err)
	},
	"variable": func(*Parent, string) string { return strconv.Quote(os.Getenv(roleVariable)) },
	"flood": func(parent *Parent, _ string) string { // much, without a newline, and end
		fmt.Fprint(parent.Out, strings.Repeat("x", 40_000))
		os.Exit(0)
		return ""
	},
	"deaf": func(*Parent, string) string { time.Sleep(time.Hour); return "" },
}

// obey does what it reads, until there is no more.
func obey(parent *Parent) {
	for lines := bufio.NewScanner(parent.In); lines.Scan(); {
		order, argument, _ := strings.Cut(lines.Text(), " ")
		do, known := orders[order]
		if !known {
			panic("unknown order " + order)
		}
		fmt.Fprintln(parent.Out, do(parent, argument))
	}
	os.Exit(0)
}

func mustSelf(args ...string) *exec.Cmd {
	cmd, err := Self(args...)
	if err != nil {
		panic(err)
	}
	return cmd
}

// command runs this test binary as act.
func command(act string, env ...string) *exec.Cmd {
	cmd := mustSelf()
	cmd.Env = append(append(os.Environ(), actVariable+"="+act), env...)
	return cmd
}

// A talk is a child of a test, to which lines are written.
type talk struct {
	*Child
	t     *testing.T
	lines *bufio.Reader
}

// begin starts a child that obeys. At the end of the test nothing may be left of
// it.
func begin(t *testing.T, options ...func(*exec.Cmd)) *talk {
	t.Helper()
	cmd := mustSelf()
	for _, option := range options {
		option(cmd)
	}
	c, err := obedient.Start(context.Background(), cmd, hang)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &talk{c, t, bufio.NewReader(c.Out)}
}

// ask writes an order and returns the line that answers it.
func (c *talk) ask(order string) string {
	c.t.Helper()
	if _, err := io.WriteString(c.In, order+"\n"); err != nil {
		c.t.Fatalf("order %q: %v", order, err)
	}
	line, err := c.lines.ReadString('\n')
	if err != nil {
		c.t.Fatalf("answer of %q: %v", order, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// within fails the test when f takes too long.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(hang):
		stacks := make([]byte, 1<<20)
		t.Fatalf("%s hangs:\n%s", what, stacks[:runtime.Stack(stacks, true)])
	}
}
