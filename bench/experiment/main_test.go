package experiment

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/poolbench/poolbench/strategies/proc"
)

// hang is how long a test waits before it calls something hung.
const hang = 20 * time.Second

func TestMain(m *testing.M) {
	// A process built with the race detector sleeps a second before it exits.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "host":
			os.Exit(actAsHost())
		case "silent":
			time.Sleep(time.Hour)
		case "gone":
			os.Exit(4)
		case "hold":
			hold(os.Args[2], os.Args[3])
			os.Exit(0)
		case "burn":
			burn()
		}
	}
	os.Exit(run(m))
}

// run runs the tests and then looks for what they left behind.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "experiment-test-")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	os.Setenv("TMPDIR", dir)
	os.Setenv("TMP", dir)
	// The processes of these tests wait more than they work.
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		fmt.Println(err)
		return 1
	}
	code := m.Run()
	if left, _ := filepath.Glob(filepath.Join(dir, "poolbench-progress-*")); len(left) > 0 {
		fmt.Println("progress files are left behind:", left)
		return 1
	}
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Println("goroutines are left behind:", err)
		return 1
	}
	return code
}

// A sideSpec describes a side of these tests to the process that hosts it.
type sideSpec struct {
	Opens  string // what happens when it is opened, named as in acts; empty: nothing
	Turns  string // the same in its second turn
	Closes string // the same when it is closed
	Gate   string // address of the test's gate, for acts that need it
}

// hostOut is where a host's replies go: a side that writes there spoils them.
var hostOut *os.File

func actAsHost() int {
	parent := host.Claim()
	hostOut = parent.Out
	err := serve(parent.In, hostOut, func(spec json.RawMessage) ([]Opener, error) {
		var sides []sideSpec
		if err := json.Unmarshal(spec, &sides); err != nil {
			return nil, fmt.Errorf("read the sides: %w", err)
		}
		openers := make([]Opener, len(sides))
		for i, s := range sides {
			openers[i] = func() (Side, error) {
				if err := s.act(s.Opens); err != nil {
					return nil, err
				}
				return &acting{sideSpec: s}, nil
			}
		}
		return openers, nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// acting is a side that behaves until its second turn.
type acting struct {
	sideSpec
	turns int
}

func (a *acting) Turn() (Turn, error) {
	a.turns++
	if a.turns == 2 {
		if err := a.act(a.Turns); err != nil {
			return Turn{}, err
		}
	}
	return Turn{Ops: a.turns, Wall: time.Millisecond, Values: map[string]float64{"turns": float64(a.turns)}}, nil
}

func (a *acting) Close() error { return a.act(a.Closes) }

func (s sideSpec) act(what string) error {
	switch what {
	case "":
	case "fail":
		return errors.New("it fails")
	case "exit":
		fmt.Fprintln(os.Stderr, "it leaves")
		os.Exit(3)
	case "panic":
		go panic("it panics")
		time.Sleep(time.Hour)
	case "hang":
		time.Sleep(time.Hour)
	case "print":
		fmt.Println("it prints")
	case "nonsense":
		fmt.Fprintln(hostOut, "it prints past os.Stdout")
		time.Sleep(time.Hour)
	case "reply":
		fmt.Fprintln(hostOut, "{}")
		time.Sleep(time.Hour)
	case "hold":
		hold(s.Gate, "side")
	case "fork":
		return s.fork()
	case "escape":
		return s.fork(escape)
	default:
		panic("unknown act " + what)
	}
	return nil
}

// fork starts a process that holds this one's output open and stands at the
// gate. This one stands there too, and exits when it is let go on.
func (s sideSpec) fork(options ...func(*exec.Cmd)) error {
	cmd, err := proc.Self("hold", s.Gate, "grandchild")
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = hostOut, os.Stderr
	for _, option := range options {
		option(cmd)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	hold(s.Gate, "side")
	os.Exit(3)
	return nil
}

// hold says who stands at the gate, and waits there until it is opened.
func hold(address, who string) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer conn.Close()
	fmt.Fprintln(conn, who)
	_, _ = io.Copy(io.Discard, conn)
}

// burn uses a CPU until its input ends.
func burn() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for x := 1; ; {
		x *= 3
	}
}
