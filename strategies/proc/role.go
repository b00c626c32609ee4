package proc

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

// roleVariable is the environment variable that tells a process in which role it
// was started, and its descriptors.
const roleVariable = "POOLBENCH_ROLE"

// hello is what a child says first.
const hello = "poolbench child\n"

// lifelineName is the name of the pipe on which nothing is said. It ends when the
// parent does.
const lifelineName = "lifeline"

// A Role is something that this program does for itself in a process of its own.
type Role struct {
	Name string // one word, different from that of all other roles of the program
	Hook string // what the program must call to reach Claim, for errors

	claimed atomic.Bool
}

// A Child is a process of this program in a role. It must be closed.
type Child struct {
	*Process
	In   *os.File  // what is written here comes out of Parent.In
	Out  io.Reader // what was written to Parent.Out, and io.EOF when the child has ended
	Born time.Time

	lifeline, out *os.File
}

// A Parent is what a process in a role has of the one that started it.
type Parent struct {
	In, Out *os.File
}

// Claimed reports whether the program has called the role's hook, without which
// it cannot be started again in the role. Who needs a hook in every program asks
// this before Start, which would find out only in the child.
func (r *Role) Claimed() bool { return r.claimed.Load() }

// Start starts cmd, which must end up in Claim of the same role, and returns when
// it has come there. A child that takes longer than grace is killed, and so it is
// when ctx ends before; a child that was started does not depend on ctx. The
// command's standard input must not be set; without an environment of its own it
// gets this program's, and both its outputs go to standard error if they are not
// set.
func (r *Role) Start(ctx context.Context, cmd *exec.Cmd, grace time.Duration) (*Child, error) {
	if m, ok := parseMarker(os.Getenv(roleVariable)); ok && m.role == r.Name {
		return nil, fmt.Errorf("start %s process: this is one, and has not reached %s: call it first thing in main or TestMain", r.Name, r.Hook)
	}
	c, err := r.spawn(cmd)
	if err != nil {
		return nil, fmt.Errorf("start %s process: %w", r.Name, err)
	}
	unbind := context.AfterFunc(ctx, c.Kill)
	late := time.AfterFunc(grace, c.Kill)
	said := make([]byte, len(hello))
	_, err = io.ReadFull(c.Out, said)
	inTime, wanted := late.Stop(), unbind()
	if err == nil && string(said) == hello && inTime && wanted {
		return c, nil
	}
	c.Close()
	switch {
	case !wanted:
		return nil, ctx.Err()
	case !inTime:
		return nil, fmt.Errorf("%s process %d did not reach %s within %v: call it first thing in main or TestMain, before anything that takes time", r.Name, c.PID(), r.Hook, grace)
	case err == nil:
		return nil, fmt.Errorf("%s process %d said %q where it must say %q: is it another build?", r.Name, c.PID(), said, hello)
	}
	return nil, fmt.Errorf("%s process %d ended before it reached %s (%s): call it first thing in main or TestMain", r.Name, c.PID(), r.Hook, c.State())
}

// spawn starts a process with its pipes.
func (r *Role) spawn(cmd *exec.Cmd) (_ *Child, err error) {
	var files []*os.File // reading and writing ends by turns
	defer func() {
		for i, f := range files {
			if theirs := i%2 == 0; theirs || err != nil {
				_ = f.Close()
			}
		}
	}()
	for range 3 {
		read, write, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		files = append(files, read, write)
	}
	files[2], files[3] = files[3], files[2] // what the child writes to
	if cmd.Stderr == nil {
		cmd.Stderr = os.Stderr
	}
	if cmd.Stdout == nil {
		cmd.Stdout = cmd.Stderr
	}
	passed, err := pass(cmd, files[0], files[2], files[4])
	if err != nil {
		return nil, err
	}
	cmd.Env = append(cmd.Environ(), roleVariable+"="+marker{r.Name, passed}.String())
	c := &Child{In: files[1], Out: Output(files[3]), Born: time.Now(), out: files[3], lifeline: files[5]}
	c.Process, err = Start(context.Background(), cmd, c.In, c.out)
	return c, err
}

// WriteNow writes as much to In as it takes without waiting, and returns how much.
func (c *Child) WriteNow(b []byte) (int, error) { return writeNow(c.In, b) }

// Close kills the process if it has not ended, waits for its end and frees what
// it held. Out must not be read meanwhile.
func (c *Child) Close() {
	c.Kill()
	<-c.Done()
	for _, file := range []*os.File{c.In, c.out, c.lifeline} {
		_ = file.Close() // In may have been closed before
	}
}

// endDelay is how long a process may take to end after its output has.
const endDelay = time.Second

// Collect is as Close, for a child whose Out has ended. Mostly that is about to end
// itself, and then State says why.
func (c *Child) Collect() {
	select {
	case <-c.Done():
	case <-time.After(endDelay):
	}
	c.Close()
}

// Claim returns what connects this process with its parent if it was started in
// the role, and nil if not. It is called once, by the role's hook. From then on
// a process that was started in the role ends at once when its parent does, with
// its group.
//
// A process that cannot take the role that it was started in is ended: it must
// not go on as if it were an ordinary one.
func (r *Role) Claim() *Parent {
	text, set := os.LookupEnv(roleVariable)
	m, ok := parseMarker(text)
	if !set || ok && m.role != r.Name {
		r.claimed.Store(true)
		return nil
	}
	_ = os.Unsetenv(roleVariable) // what this process starts is in no role
	p, err := m.connect()
	if !ok || err != nil {
		fmt.Fprintf(os.Stderr, "%s: the environment variable %s=%q is for processes that this program starts itself, and this is none of them: unset it (%v)\n", r.Hook, roleVariable, text, err)
		os.Exit(2)
	}
	return p
}

// A marker is what the variable holds.
type marker struct {
	role   string
	passed [3]uintptr // descriptors or handles of In, Out and the lifeline
}

func (m marker) String() string {
	return fmt.Sprintf("%s %d %d %d", m.role, m.passed[0], m.passed[1], m.passed[2])
}

// parseMarker takes a marker apart.
func parseMarker(text string) (m marker, ok bool) {
	_, err := fmt.Sscanf(text, "%s %d %d %d", &m.role, &m.passed[0], &m.passed[1], &m.passed[2])
	return m, err == nil && m.String() == text
}

// connect takes over the descriptors that the marker names, and says hello.
func (m marker) connect() (*Parent, error) {
	var files [3]*os.File
	for i, name := range []string{"requests", "replies", lifelineName} {
		var err error
		if files[i], err = takeOver(m.passed[i], name); err != nil {
			return nil, err
		}
	}
	takeUmask()
	nameProcess()
	go func() {
		_, _ = io.Copy(io.Discard, files[2])
		endSelf()
	}()
	if _, err := io.WriteString(files[1], hello); err != nil {
		return nil, err
	}
	return &Parent{In: files[0], Out: files[1]}, nil
}
