package peers

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/poolbench/poolbench/strategies/proc"
)

const (
	// exitGrace is the longest that a peer may take to end when its input does.
	exitGrace = 10 * time.Second

	// longestLine is the most that a peer may answer, in bytes.
	longestLine = 64 << 10
)

// A Session is a running peer. Its methods must not be called concurrently.
type Session struct {
	Version     string // of the peer's language, such as 3.11.7
	Workers     int    // workers of its pool: the limit, or what stands in for 0
	StartMethod string // how worker processes are started; empty for threads

	ctx    context.Context // of Start: when it ends, so does the session
	cmd    *exec.Cmd
	proc   *proc.Process
	in     io.WriteCloser
	pipe   *os.File
	out    io.Reader      // what it writes to the pipe
	lines  *bufio.Scanner // of out
	stderr *proc.Tail
	limit  time.Duration // for one answer
	port   int           // that it serves on, if it does
	script string        // the folder of the script; empty once it is removed
	ended  error         // why there can be no more turns
}

// Start runs fanout.py under the Python at that path and has it open its pool;
// it returns when the peer is ready. The peer and all its workers are killed
// when ctx ends, and when an answer takes longer than patience: a turn is meant
// to take milliseconds, but to start processes on a busy machine takes seconds.
// The session must be closed. Where this process dies first, the peer ends of
// its own accord, on Unix even in the middle of a turn.
func Start(ctx context.Context, python string, r Request, patience time.Duration) (*Session, error) {
	s, err := launch(ctx, python, "fanout.py", FanoutPy, r, patience)
	if err != nil {
		return nil, err
	}
	if s.StartMethod == "" || s.StartMethod == "fork" {
		_ = s.clean() // no worker will read it; if this fails, Close tries again
	}
	return s, nil
}

// launch runs a script and exchanges the first lines with it.
func launch(ctx context.Context, python, name, source string, request any, patience time.Duration) (*Session, error) {
	// A file, because worker processes that are not forked import it.
	folder, err := os.MkdirTemp("", "poolbench-peer-")
	if err != nil {
		return nil, fmt.Errorf("peer: no place for its script: %w", err)
	}
	script := filepath.Join(folder, name)
	if err := os.WriteFile(script, []byte(source), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("peer: no place for its script: %w", err), os.RemoveAll(folder))
	}
	// Isolated from the user's environment, and leaving no bytecode behind.
	// The folder is named so that it goes with the peer if this process is gone.
	cmd := exec.Command(python, "-I", "-B", script, folder)
	s, err := start(ctx, cmd, request, patience)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	s.script = folder
	return s, nil
}

// start runs a command until ctx ends and exchanges the first lines with it.
func start(ctx context.Context, cmd *exec.Cmd, request any, limit time.Duration) (*Session, error) {
	s := &Session{ctx: ctx, cmd: cmd, limit: limit, stderr: &proc.Tail{Most: 2 << 10}}
	if err := s.run(); err != nil {
		return nil, fmt.Errorf("peer: start %s: %w", cmd, err)
	}
	s.lines = bufio.NewScanner(s.out)
	s.lines.Buffer(nil, longestLine)

	var hello struct {
		Ready       bool    `json:"ready"`
		Python      string  `json:"python"`
		Workers     int     `json:"workers"`
		StartMethod *string `json:"start_method"`
		Port        int     `json:"port"` // of a server
	}
	if err := s.exchange(request, &hello, func() bool { return hello.Ready && hello.Workers > 0 }); err != nil {
		return nil, fmt.Errorf("peer: open a session of %s: %w", cmd, err)
	}
	s.Version, s.Workers, s.port = hello.Python, hello.Workers, hello.Port
	if hello.StartMethod != nil {
		s.StartMethod = *hello.StartMethod
	}
	return s, nil
}

// run starts the process, and sees to it that no worker outlives it.
func (s *Session) run() error {
	in, err := s.cmd.StdinPipe()
	if err != nil {
		return err
	}
	// Not a StdoutPipe: Wait closes that, and with it what was not yet read.
	out, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirs.Close()
	s.in, s.pipe, s.out = in, out, proc.Output(out)
	s.cmd.Stdout, s.cmd.Stderr = theirs, s.stderr
	if s.proc, err = proc.Start(s.ctx, s.cmd, out); err != nil {
		return errors.Join(err, out.Close())
	}
	return nil
}

// Turn has the peer run the batch of that number, which decides its inputs
// together with the seed. After an error the peer is gone, and every further
// turn returns the error again.
func (s *Session) Turn(number uint64) (Turn, error) {
	order := struct {
		Turn uint64 `json:"turn"`
	}{number}
	var report struct {
		Wall     *int64 `json:"wall_ns"`
		CPU      *int64 `json:"cpu_ns"` // null: unknown
		Submit   *int64 `json:"submit_ns"`
		Checksum string `json:"checksum"`
	}
	var turn Turn
	err := s.exchange(order, &report, func() bool {
		if report.Wall == nil || report.Submit == nil || len(report.Checksum) != 16 {
			return false
		}
		var err error
		turn.Checksum, err = strconv.ParseUint(report.Checksum, 16, 64)
		return err == nil
	})
	if err != nil {
		return Turn{}, fmt.Errorf("peer: turn %d of %s: %w", number, s.cmd, err)
	}
	turn.Wall, turn.Submit = time.Duration(*report.Wall), time.Duration(*report.Submit)
	if report.CPU != nil {
		turn.CPU = time.Duration(*report.CPU)
	}
	return turn, nil
}

// exchange sends the peer a line and reads its answer, which must be of the
// form of reply and complete. Any error ends the session.
func (s *Session) exchange(line, reply any, complete func() bool) error {
	if s.ended != nil {
		return s.ended
	}
	question, err := json.Marshal(line)
	if err != nil {
		return err
	}
	late := time.AfterFunc(s.limit, s.proc.Kill)
	// A peer that has ended takes no question; its answer says more than the
	// error of writing.
	_, _ = s.in.Write(append(question, '\n'))
	answered := s.lines.Scan()
	inTime := late.Stop()

	var refusal struct {
		Error string `json:"error"`
	}
	answer := s.lines.Bytes()
	switch {
	case s.ctx.Err() != nil:
		err = context.Cause(s.ctx)
	case !inTime:
		err = fmt.Errorf("it gave no answer within %v and was killed", s.limit)
	case errors.Is(s.lines.Err(), bufio.ErrTooLong):
		err = fmt.Errorf("it answered with a line of over %d bytes", longestLine)
	case !answered:
		late.Reset(min(s.limit, exitGrace)) // it may have closed its output and live on
		state := s.proc.State()
		late.Stop()
		err = fmt.Errorf("it ended without an answer (%s)", state)
	case json.Unmarshal(answer, &refusal) != nil || json.Unmarshal(answer, reply) != nil:
		err = fmt.Errorf("it answered nonsense: %.100q", answer)
	case refusal.Error != "":
		err = errors.New(refusal.Error)
	case !complete():
		err = fmt.Errorf("its answer lacks something: %.200q", answer)
	default:
		return nil
	}
	s.end()
	s.ended = fmt.Errorf("%w%s", err, s.stderr.After("; its standard error:\n"))
	return s.ended
}

// Close ends the peer and frees everything that belongs to it. It returns an
// error when the peer did not end well of its own accord; after an error of
// Turn there is nothing left to say.
func (s *Session) Close() error {
	if s.ended == nil {
		s.ended = errors.New("the session is closed")
		if err := s.leave(); err != nil {
			return errors.Join(fmt.Errorf("peer: close the session of %s: %w", s.cmd, err), s.clean())
		}
	}
	return s.clean()
}

// leave lets the peer end of its own accord, as it does when its input ends,
// and kills it when it does not.
func (s *Session) leave() error {
	late := time.AfterFunc(min(s.limit, exitGrace), s.proc.Kill)
	_ = s.in.Close()
	_, _ = io.Copy(io.Discard, s.out)
	inTime := late.Stop()
	s.end()
	switch {
	case s.ctx.Err() != nil:
		return context.Cause(s.ctx)
	case !inTime:
		return errors.New("it did not end with its input and was killed")
	case s.proc.Wait() != nil:
		return fmt.Errorf("it ended badly (%s)%s", s.proc.State(), s.stderr.After("; its standard error:\n"))
	}
	return nil
}

// end returns when the peer and its workers are gone.
func (s *Session) end() {
	_ = s.in.Close()
	s.proc.Kill()
	<-s.proc.Done()
	_ = s.pipe.Close()
}

// clean removes the peer's script.
func (s *Session) clean() error {
	if s.script == "" {
		return nil
	}
	if err := os.RemoveAll(s.script); err != nil {
		return err
	}
	s.script = ""
	return nil
}
