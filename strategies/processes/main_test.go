package processes

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/poolbench/poolbench/strategies/internal/leaktest"
	"github.com/poolbench/poolbench/strategies/pattern"
	"github.com/poolbench/poolbench/strategies/remote"
)

// actVariable makes the test binary act as something else before it hooks.
const actVariable = "PROCESSES_TEST_ACT"

func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if path := os.Getenv(failVariable); path == "" {
		dir, err := os.MkdirTemp("", "processes-test-")
		if err != nil {
			panic(err)
		}
		os.Setenv(failVariable, filepath.Join(dir, "fail"))
	} else if _, err := os.Stat(path); err == nil {
		os.Exit(7)
	}
	switch act := os.Getenv(actVariable); act {
	case "":
	case "exit":
		os.Exit(7)
	case "hang":
		time.Sleep(time.Hour)
	case "hang when asked":
		if _, err := os.Stat(os.Getenv(failVariable) + ".hang"); err == nil {
			time.Sleep(time.Hour)
		}
	case "unhooked":
		_, err := Open(2)
		fmt.Println(err)
		os.Exit(0)
	case "waits for any child":
		os.Unsetenv(actVariable)
		Hook(kinds...)
		waitForAny()
	case "parent":
		os.Unsetenv(actVariable) // its workers are ordinary ones
		Hook(kinds...)
		actAsParent()
	default:
		panic("unknown act " + act)
	}
	Hook(kinds...)
	code := m.Run()
	os.RemoveAll(filepath.Dir(os.Getenv(failVariable)))
	os.Exit(code)
}

// failVariable names a file. As long as it is there, workers do not start.
const failVariable = "PROCESSES_TEST_FAIL"

// failStarts lets workers fail to start until the end of the test, or until the
// func that it returns is called.
func failStarts(t *testing.T) (end func()) {
	path := os.Getenv(failVariable)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	end = func() { os.Remove(path) }
	t.Cleanup(end)
	return end
}

// kinds are the jobs of these tests.
var kinds = []remote.Kind{
	{Name: "echo", Run: func(args []byte) (remote.Result, error) { return args, nil }},
	{Name: "pid", Run: func([]byte) (remote.Result, error) { return strconv.AppendInt(nil, int64(os.Getpid()), 10), nil }},
	{Name: "surroundings", Run: func([]byte) (remote.Result, error) {
		dir, err := os.Getwd()
		return fmt.Appendf(nil, "%s %s %s", dir, os.Getenv("PROCESSES_TEST_WORD"), newFileMode()), err
	}},
	{Name: "take cpus", Run: func([]byte) (remote.Result, error) { runtime.GOMAXPROCS(4); return nil, nil }},
	{Name: "terrible", Run: func([]byte) (remote.Result, error) { var err *terrible; return nil, err }},
	{Name: "dreadful", Run: func([]byte) (remote.Result, error) { panic(dreadful{}) }},
	{Name: "nth", Run: func([]byte) (remote.Result, error) { return strconv.AppendInt(nil, nth.Add(1), 10), nil }},
	{Name: "cpus", Run: func([]byte) (remote.Result, error) {
		return strconv.AppendInt(nil, int64(runtime.GOMAXPROCS(0)), 10), nil
	}},
	{Name: "fail", Run: func(args []byte) (remote.Result, error) { return nil, errors.New(string(args)) }},
	{Name: "panic", Run: func(args []byte) (remote.Result, error) { panic(string(args)) }},
	{Name: "goexit", Run: func([]byte) (remote.Result, error) { runtime.Goexit(); return nil, nil }},
	{Name: "exit", Run: func([]byte) (remote.Result, error) { os.Exit(3); return nil, nil }},
	{Name: "huge", Run: func([]byte) (remote.Result, error) { return make([]byte, largestFrame), nil }},
	{Name: "print", Run: func(args []byte) (remote.Result, error) {
		_, err := fmt.Println(string(args))
		return nil, err
	}},
	{Name: "input", Run: func([]byte) (remote.Result, error) { return io.ReadAll(os.Stdin) }},
	{Name: "variable", Run: func([]byte) (remote.Result, error) { return []byte(os.Getenv("POOLBENCH_ROLE")), nil }},
	{Name: "nonsense", Run: func(args []byte) (remote.Result, error) {
		writeAnswer(args)
		time.Sleep(time.Hour)
		return nil, nil
	}},
	{Name: "unasked", Run: func([]byte) (remote.Result, error) {
		writeAnswer(appendAnswer(appendAnswer(nil, 1, outcomeResult, nil), 1, outcomeResult, nil))
		time.Sleep(time.Hour)
		return nil, nil
	}},
	{Name: "other", Run: func([]byte) (remote.Result, error) {
		writeAnswer(appendAnswer(nil, 1234, outcomeResult, []byte("forged")))
		time.Sleep(time.Hour)
		return nil, nil
	}},
	{Name: "held", Run: held},
}

// nth is how many jobs of that kind this process has run.
var nth atomic.Int64

// A terrible error panics when it is asked what it is.
type terrible struct{ text string }

func (t *terrible) Error() string { return t.text }

// A dreadful value panics when it is printed.
type dreadful struct{}

func (dreadful) String() string { panic("so it is") }

// held tells the gate at the address in its arguments that it runs, and then
// holds its worker until the gate opens.
func held(args []byte) (remote.Result, error) {
	conn, err := net.Dial("tcp", string(args))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	fmt.Fprintln(conn, os.Getpid())
	_, err = io.Copy(io.Discard, conn)
	return nil, err
}

// A gate holds jobs of kind held.
type gate struct {
	t *testing.T
	net.Listener
	held []net.Conn
}

func newGate(t *testing.T) *gate {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, Listener: ln}
	t.Cleanup(g.open)
	return g
}

func (g *gate) job() remote.Job {
	return remote.Job{Kind: "held", Args: []byte(g.Addr().String())}
}

// arrival waits for a job to reach the gate and returns its worker's number.
func (g *gate) arrival() int {
	g.t.Helper()
	g.Listener.(*net.TCPListener).SetDeadline(time.Now().Add(hang))
	conn, err := g.Accept()
	if err != nil {
		g.t.Fatalf("no held job arrived: %v", err)
	}
	g.held = append(g.held, conn)
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		g.t.Fatalf("a held job did not say who it is: %v", err)
	}
	pid, err := strconv.Atoi(line[:len(line)-1])
	if err != nil {
		g.t.Fatal(err)
	}
	return pid
}

func (g *gate) open() {
	for _, conn := range g.held {
		conn.Close()
	}
	g.held = nil
	g.Close()
}

// hang is how long a step of a test may take.
const hang = 20 * time.Second

// open opens a pool, and at the end of the test closes it and looks for what
// it left.
func open(t *testing.T, limit int) *pool {
	t.Helper()
	before := leaktest.Goroutines()
	files := openFiles(t)
	remote, err := Open(limit)
	if err != nil {
		t.Fatal(err)
	}
	p := remote.(*pool)
	var pids []int
	t.Cleanup(func() {
		pids = p.PIDs()
		within(t, "Close", func() { p.Close() })
		if left := p.PIDs(); len(left) > 0 {
			t.Errorf("the closed pool still lists the processes %v", left)
		}
		for _, pid := range pids {
			if exists(pid) {
				t.Errorf("process %d is left after Close", pid)
			}
		}
		if err := before.Check(); err != nil {
			t.Errorf("after Close: %v", err)
		}
		if now := openFiles(t); now > files {
			t.Errorf("%d files were open before the pool and %d after it", files, now)
		}
	})
	return p
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

// do submits a job and waits for what becomes of it.
func do(t *testing.T, p remote.Pool, job remote.Job) (result remote.Result, err error) {
	t.Helper()
	within(t, "a job of kind "+job.Kind, func() {
		result, err = pattern.SubmitJob(p, job).Result()
	})
	return result, err
}

// counter counts calls of done.
type counter struct{ done, failed atomic.Int64 }

func (c *counter) count(_ remote.Result, err error) {
	if err != nil {
		c.failed.Add(1)
	}
	c.done.Add(1)
}

// actAsParent opens a pool whose first worker is in the middle of a job,
// prints the numbers of its workers and waits to be killed.
func actAsParent() {
	p, err := Open(2)
	if err != nil {
		panic(err)
	}
	job := remote.Job{Kind: "held", Args: []byte(os.Getenv("PROCESSES_TEST_GATE"))}
	if err := p.Submit(job, func(remote.Result, error) {}); err != nil {
		panic(err)
	}
	for _, pid := range p.(remote.ProcessOwner).PIDs() {
		fmt.Println(pid)
	}
	os.Stdout.Close()
	time.Sleep(time.Hour)
}

// self is a command that runs this test binary as act.
func self(t *testing.T, act string, env ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(append(os.Environ(), actVariable+"="+act), env...)
	cmd.Stderr = os.Stderr
	return cmd
}
