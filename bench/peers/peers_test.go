package peers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// A test that needs a peer which does not keep the protocol starts this test
// binary again, with the role to play in this variable.
const roleVariable = "PEERS_TEST_ROLE"

func TestMain(m *testing.M) {
	if role, ok := os.LookupEnv(roleVariable); ok {
		os.Exit(play(role))
	}
	goleak.VerifyTestMain(m)
}

const (
	ready = `{"ready": true, "python": "3.99.0", "workers": 2, "start_method": "fork"}`
	fine  = `{"wall_ns": 300, "cpu_ns": null, "submit_ns": 100, "checksum": "00000000000000ff"}`
)

// play is the main of a peer of that role, and returns its exit status.
func play(role string) int {
	input := bufio.NewScanner(os.Stdin)
	next := func() { input.Scan() }
	switch role {
	case "dies at once":
		fmt.Fprintln(os.Stderr, "no such module")
		return 3
	case "works for ever":
		rest()
	case "holds a peer":
		return hold(next)
	}
	next()
	fmt.Println(ready)
	switch role {
	case "dies in a turn":
		next()
		fmt.Fprintln(os.Stderr, strings.Repeat("Traceback ", 1000)+"\nMemoryError")
		return 4
	case "prints nonsense":
		next()
		fmt.Println("DeprecationWarning: this and that")
	case "leaves things out":
		next()
		fmt.Println(`{"wall_ns": 300, "submit_ns": 100}`)
	case "prints no checksum":
		next()
		fmt.Println(strings.Replace(fine, "ff", "xx", 1))
	case "never ends its line":
		next()
		for {
			if _, err := fmt.Print(strings.Repeat("z", 1<<12)); err != nil {
				return 0
			}
		}
	case "reports an error":
		next()
		fmt.Println(`{"error": "BrokenProcessPool: a child process terminated abruptly"}`)
	case "hangs":
		next()
		rest()
	case "closes its output and lives on":
		next()
		os.Stdout.Close()
		rest()
	case "does not end with its input":
		for input.Scan() {
			fmt.Println(fine)
		}
		rest()
	case "ends badly":
		for input.Scan() {
			fmt.Println(fine)
		}
		return 5
	case "has a worker that does not end":
		next()
		worker := exec.Command(os.Args[0])
		worker.Env = append(os.Environ(), roleVariable+"=works for ever")
		worker.Stdout, worker.Stderr = os.Stdout, os.Stderr
		worker.ExtraFiles = []*os.File{os.NewFile(3, "the test's pipe")}
		if err := worker.Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(fine)
		next()
		return 6
	default: // keeps the protocol
		for input.Scan() {
			fmt.Println(fine)
		}
	}
	return 0
}

// heldVariable names the Python of the peer that a test process holds.
const heldVariable = "PEERS_TEST_PYTHON"

// hold is the main of a process that holds a peer and is going to be killed. It
// prints the number of the peer's process group, and lets the peer have a turn
// when next returns.
func hold(next func()) int {
	s, err := Start(context.Background(), os.Getenv(heldVariable), Request{
		Pattern: "waiteach", Pool: "kept", Executor: "processes", Limit: 2, Tasks: 1, Work: "hash", Seed: 7,
	}, ample)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(s.cmd.Process.Pid)
	next()
	_, err = s.Turn(0)
	fmt.Fprintln(os.Stderr, "the turn did not hang:", err)
	return 1
}

// rest is longer than any test.
func rest() { time.Sleep(time.Hour) }

// actor returns the command that plays a role.
func actor(ctx context.Context, role string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "GORACE=atexit_sleep_ms=0")
	return cmd
}

const (
	// ample is a time that a peer does not exceed unless it hangs.
	ample = 30 * time.Second

	// brief is what a peer gets that is known to hang.
	brief = 100 * time.Millisecond
)

func TestAPeerThatKeepsTheProtocolIsReportedAsItMeasured(t *testing.T) {
	s, err := start(t.Context(), actor(t.Context(), "keeps the protocol"), Request{}, ample)
	if err != nil {
		t.Fatal(err)
	}
	if s.Version != "3.99.0" || s.Workers != 2 || s.StartMethod != "fork" {
		t.Errorf("got version %q, %d workers, start method %q", s.Version, s.Workers, s.StartMethod)
	}
	for k := range uint64(3) {
		got, err := s.Turn(k)
		if want := (Turn{Wall: 300, Submit: 100, Checksum: 0xff}); got != want || err != nil {
			t.Errorf("turn %d: got %+v, %v; want %+v", k, got, err, want)
		}
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Turn(3); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a turn of a closed session: error %v, want one that says so", err)
	}
}

func TestAPeerThatBreaksTheProtocolIsAClearError(t *testing.T) {
	for _, row := range []struct {
		role  string
		limit time.Duration
		want  []string
	}{
		{"dies in a turn", ample, []string{"turn 7", "ended without an answer (exit status 4)", "MemoryError"}},
		{"prints nonsense", ample, []string{"turn 7", `nonsense: "DeprecationWarning: this and that"`}},
		{"leaves things out", ample, []string{"turn 7", "lacks something", `\"wall_ns\": 300`}},
		{"prints no checksum", ample, []string{"turn 7", "lacks something"}},
		{"never ends its line", ample, []string{"turn 7", "a line of over 65536 bytes"}},
		{"reports an error", ample, []string{"turn 7", "BrokenProcessPool"}},
		{"hangs", brief, []string{"turn 7", "no answer within 100ms and was killed"}},
		{"closes its output and lives on", brief, []string{"turn 7", "ended without an answer"}},
	} {
		t.Run(row.role, func(t *testing.T) {
			t.Parallel()
			s, err := start(t.Context(), actor(t.Context(), row.role), Request{}, ample)
			if err != nil {
				t.Fatal(err)
			}
			s.limit = row.limit
			_, err = s.Turn(7)
			contains(t, err, row.want...)
			if err != nil && len(err.Error()) > 6<<10 {
				t.Errorf("the error is %d bytes long", len(err.Error()))
			}
			if _, again := s.Turn(8); !errors.Is(again, errors.Unwrap(err)) {
				t.Errorf("the next turn: error %v, want the same again", again)
			}
			if err := s.Close(); err != nil {
				t.Errorf("closing what is gone: %v", err)
			}
		})
	}
}

func TestAPeerThatIsNotReadyIsAClearError(t *testing.T) {
	_, err := start(t.Context(), actor(t.Context(), "dies at once"), Request{}, ample)
	contains(t, err, "open a session", "exit status 3", "no such module")

	_, err = start(t.Context(), exec.CommandContext(t.Context(), "/nonexistent/python3"), Request{}, ample)
	contains(t, err, "start /nonexistent/python3")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v does not wrap that there is no such file", err)
	}
}

func TestAPeerThatEndsBadlyIsAnErrorOfClose(t *testing.T) {
	for _, row := range []struct {
		role  string
		limit time.Duration
		want  string
	}{
		{"does not end with its input", brief, "did not end with its input and was killed"},
		{"ends badly", ample, "ended badly (exit status 5)"},
	} {
		t.Run(row.role, func(t *testing.T) {
			t.Parallel()
			s, err := start(t.Context(), actor(t.Context(), row.role), Request{}, ample)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Turn(0); err != nil {
				t.Error(err)
			}
			s.limit = row.limit
			contains(t, s.Close(), "close the session", row.want)
		})
	}
}

func TestTheEndOfTheContextKillsThePeer(t *testing.T) {
	weary := errors.New("weary of waiting")
	ctx, cancel := context.WithCancelCause(t.Context())
	s, err := start(ctx, actor(ctx, "hangs"), Request{}, ample)
	if err != nil {
		t.Fatal(err)
	}
	returned := make(chan error)
	go func() {
		_, err := s.Turn(0)
		returned <- err
	}()
	cancel(weary)
	if err := <-returned; !errors.Is(err, weary) {
		t.Errorf("got %v, want the cause", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}

	if _, err := start(ctx, actor(ctx, "hangs"), Request{}, ample); !errors.Is(err, context.Canceled) {
		t.Errorf("start after the end: %v, want that the context is canceled", err)
	}
}

// contains fails the test unless err says all that is wanted.
func contains(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", want)
		return
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error is\n%v\nwant %q in it", err, part)
		}
	}
}
