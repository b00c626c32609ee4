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
	"syscall"

	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/poolbench/poolbench/strategies/remote"
)

// work serves the parent's jobs until there are no more and returns the exit code
// of the process.
func work(parent *proc.Parent, kinds map[string]remote.Kind) int {
	runtime.GOMAXPROCS(1)

	// What ends a program may be sent to every process of it. Whether a worker stops
	// is for the program to say, by closing the pool or by exiting, or else jobs are
	// lost that were accepted.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)

	s := server{kinds: kinds, in: bufio.NewReader(parent.In), out: parent.Out}
	if err := s.serve(); err != nil {
		fmt.Fprintf(os.Stderr, "worker process %d of a pool ends: %v\n", os.Getpid(), err)
		return 1
	}
	return 0
}

// A server runs the jobs that come in and sends out their answers.
type server struct {
	kinds map[string]remote.Kind
	in    *bufio.Reader
	out   io.Writer
	frame []byte // of the last answer, for its memory
	size  int    // of the largest arguments or result since memory was given back
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
		number, kind, args, err := parseRequest(body)
		if err != nil {
			return fmt.Errorf("read a job: %w", err)
		}
		if err := s.run(number, string(kind), args); err != nil {
			return fmt.Errorf("answer a job of kind %q: %w", kind, err)
		}
		runtime.GOMAXPROCS(1) // a kind may have set it for itself
		s.size = max(s.size, len(body))
		if body = nil; s.size > largeJob {
			s.size = 0
			debug.FreeOSMemory()
		}
	}
}

// largeJob is after how many bytes of arguments or result the memory of a job is
// given back to the system at once.
const largeJob = 4 << 20

// run runs a job and answers it, whichever way it ends.
func (s *server) run(number uint32, kind string, args []byte) (err error) {
	what, payload := outcomeGoexit, []byte(nil) // until Run returns
	defer func() {
		if value := recover(); value != nil {
			what, payload = outcomePanic, fmt.Appendf(nil, "%v\n\n%s", value, debug.Stack())
		}
		err = s.answer(number, what, payload)
	}()
	known, ok := s.kinds[kind]
	if !ok {
		what, payload = outcomeError, fmt.Appendf(nil, "the worker knows no jobs of kind %q: is it the same build?", kind)
		return nil
	}
	result, failure := known.Run(args)
	if failure != nil {
		payload = []byte(failure.Error()) // which may panic
		what = outcomeError
		return nil
	}
	what, payload = outcomeResult, result
	return nil
}

func (s *server) answer(number uint32, what outcome, payload []byte) error {
	if len(payload) > largestFrame-answerOverhead {
		what, payload = outcomeError, fmt.Appendf(nil, "the answer has %d bytes, more than the %d that a frame takes: write it to a file and return its name",
			len(payload), largestFrame-answerOverhead)
	}
	s.size = max(s.size, len(payload))
	s.frame = appendAnswerHead(s.frame[:0], number, what, len(payload))
	if len(payload) <= firstRead { // more is not copied
		s.frame, payload = append(s.frame, payload...), nil
	}
	_, err := s.out.Write(s.frame)
	if err == nil && len(payload) > 0 {
		_, err = s.out.Write(payload)
	}
	s.frame = worthKeeping(s.frame)
	return err
}
