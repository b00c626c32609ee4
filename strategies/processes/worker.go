package processes

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
)

// work serves the parent's jobs until there are no more and returns the exit code
// of the process.
func work(parent *proc.Parent, kinds map[string]strategies.Kind) int {
	runtime.GOMAXPROCS(1)

	// An interrupt at the terminal reaches every process of the program. Whether
	// to stop is for the program to say, by closing the pool or by exiting.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)

	s := server{kinds: kinds, in: bufio.NewReader(parent.In), out: parent.Out}
	if err := s.serve(); err != nil {
		fmt.Fprintf(os.Stderr, "worker process %d of a pool ends: %v\n", os.Getpid(), err)
		return 1
	}
	return 0
}

// A server runs the jobs that come in and sends out their answers.
type server struct {
	kinds map[string]strategies.Kind
	in    *bufio.Reader
	out   io.Writer
	frame []byte // of the last answer, for its memory
}

// errGoexit ends a goroutine that serves, but not the worker.
var errGoexit = errors.New("a job called runtime.Goexit")

// serve answers requests until the input ends, when the error is nil, or
// breaks. Jobs run in the goroutine that reads, and when one of them ends that
// goroutine, another takes over.
func (s *server) serve() error {
	for {
		ended := make(chan error)
		go func() {
			err := errGoexit // until runAll returns
			defer func() { ended <- err }()
			err = s.runAll()
		}()
		if err := <-ended; err != errGoexit {
			return err
		}
	}
}

func (s *server) runAll() error {
	for {
		body, err := readBody(s.in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a job: %w", err)
		}
		kind, args, err := parseRequest(body)
		if err != nil {
			return fmt.Errorf("read a job: %w", err)
		}
		if err := s.run(string(kind), args); err != nil {
			return fmt.Errorf("answer a job of kind %q: %w", kind, err)
		}
	}
}

// run runs a job and answers it, whichever way it ends.
func (s *server) run(kind string, args []byte) (err error) {
	what, payload := outcomeGoexit, []byte(nil) // until Run returns
	defer func() {
		if value := recover(); value != nil {
			what, payload = outcomePanic, fmt.Appendf(nil, "%v\n\n%s", value, debug.Stack())
		}
		err = s.answer(what, payload)
	}()
	known, ok := s.kinds[kind]
	if !ok {
		what, payload = outcomeError, fmt.Appendf(nil, "the worker knows no jobs of kind %q: is it the same build?", kind)
		return nil
	}
	result, failure := known.Run(args)
	if failure != nil {
		what, payload = outcomeError, []byte(failure.Error())
		return nil
	}
	what, payload = outcomeResult, result
	return nil
}

func (s *server) answer(what outcome, payload []byte) error {
	if len(payload) >= largestFrame {
		what, payload = outcomeError, fmt.Appendf(nil, "the answer has %d bytes, more than the %d that a frame takes: write it to a file and return its name",
			len(payload), largestFrame-1)
	}
	s.frame = appendAnswer(s.frame[:0], what, payload)
	_, err := s.out.Write(s.frame)
	s.frame = worthKeeping(s.frame)
	return err
}
