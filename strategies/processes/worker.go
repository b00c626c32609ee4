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
	"time"

	"github.com/poolbench/poolbench/strategies"
)

// work serves jobs from standard input until it ends and returns the exit code
// of the process.
func work(kinds map[string]strategies.Kind) int {
	os.Unsetenv(workerVariable) // programs that a job starts are no workers
	runtime.GOMAXPROCS(1)
	in, out := os.Stdin, os.Stdout
	os.Stdout = os.Stderr // a job that prints must not write into the frames
	os.Stdin, _ = os.Open(os.DevNull)

	// An interrupt at the terminal reaches every process of the program. Whether
	// to stop is for the program to say, by closing the pool or by exiting.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	go exitWithParent(os.Getppid())

	w := worker{kinds: kinds, in: bufio.NewReader(in), out: out}
	if err := w.serve(); err != nil {
		fmt.Fprintf(os.Stderr, "worker process %d of a pool ends: %v\n", os.Getpid(), err)
		return 1
	}
	return 0
}

// orphanCheck is how soon a worker in the middle of a job notices that its
// parent died. Without a job it notices at once, by the end of its input.
const orphanCheck = time.Second

// exitWithParent ends the process when the parent is gone. Where a process
// keeps a dead parent's number, on Windows, the worker ends after its job.
func exitWithParent(parent int) {
	for range time.Tick(orphanCheck) {
		if os.Getppid() != parent {
			os.Exit(1)
		}
	}
}

// A worker runs the jobs that come in and sends out their answers.
type worker struct {
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
func (w *worker) serve() error {
	if err := w.answer(outcomeGreeting, []byte(greeting)); err != nil {
		return err
	}
	for {
		ended := make(chan error)
		go func() {
			err := errGoexit // until runAll returns
			defer func() { ended <- err }()
			err = w.runAll()
		}()
		if err := <-ended; err != errGoexit {
			return err
		}
	}
}

func (w *worker) runAll() error {
	for {
		body, err := readBody(w.in)
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
		if err := w.run(string(kind), args); err != nil {
			return fmt.Errorf("answer a job of kind %q: %w", kind, err)
		}
	}
}

// run runs a job and answers it, whichever way it ends.
func (w *worker) run(kind string, args []byte) (err error) {
	what, payload := outcomeGoexit, []byte(nil) // until Run returns
	defer func() {
		if value := recover(); value != nil {
			what, payload = outcomePanic, fmt.Appendf(nil, "%v\n\n%s", value, debug.Stack())
		}
		err = w.answer(what, payload)
	}()
	known, ok := w.kinds[kind]
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

func (w *worker) answer(what outcome, payload []byte) error {
	if len(payload) >= largestFrame {
		what, payload = outcomeError, fmt.Appendf(nil, "the answer has %d bytes, more than the %d that a frame takes: write it to a file and return its name",
			len(payload), largestFrame-1)
	}
	w.frame = appendAnswer(w.frame[:0], what, payload)
	_, err := w.out.Write(w.frame)
	w.frame = worthKeeping(w.frame)
	return err
}
