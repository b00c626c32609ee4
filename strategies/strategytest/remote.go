package strategytest

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/poolbench/poolbench/strategies/remote"
)

// A remotePool makes a Pool of a RemotePool for the rules: Go submits a
// strategytestcall job, which calls back for the task. What the RemotePool's
// contract adds to that of Pool (done is called exactly once, with the result,
// before Close returns) is checked here.
type remotePool struct {
	pool remote.Pool
	ln   net.Listener

	mu     sync.Mutex
	last   uint64
	calls  map[uint64]*remoteCall
	panics []error // what done got for tasks that panicked
	wrong  []breach
}

// A breach of the RemotePool's contract belongs to a rule.
type breach struct {
	rule, expected, observed string
}

type remoteCall struct {
	task     func()
	accepted bool // Submit has returned nil
	how      byte // how the task ended; 0 before
	called   int  // how often done was called
}

func newRemotePool(pool remote.Pool) (*remotePool, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listening for jobs that call back: %w", err), pool.Close())
	}
	r := &remotePool{pool: pool, ln: ln, calls: make(map[uint64]*remoteCall)}
	go r.accept()
	return r, nil
}

// Go submits a job that runs task by calling back.
func (r *remotePool) Go(task func()) error {
	return r.submit(task, func(error) {})
}

// submit submits a job that runs task, and calls then with what done got.
func (r *remotePool) submit(task func(), then func(error)) error {
	c := &remoteCall{task: task}
	r.mu.Lock()
	r.last++
	id := r.last
	r.calls[id] = c
	r.mu.Unlock()

	args, err := json.Marshal(callArgs{Addr: r.ln.Addr().String(), ID: id})
	if err != nil {
		return err
	}
	err = r.pool.Submit(remote.Job{Kind: "strategytestcall", Args: args}, func(result remote.Result, err error) {
		r.done(id, c, result, err)
		then(err)
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.accepted = err == nil; !c.accepted {
		delete(r.calls, id)
	}
	return err
}

// done checks what the pool says became of a job.
func (r *remotePool) done(id uint64, c *remoteCall, result remote.Result, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.called++
	wrong := func(rule, expected, observed string, args ...any) {
		r.wrong = append(r.wrong, breach{rule, expected, fmt.Sprintf(observed, args...)})
	}
	switch {
	case c.called > 1:
		wrong("exactly-once", "done to be called once for each job", "%d calls", c.called)
	case c.how == endedReturned && err != nil:
		wrong("results", "done to get the result of a job that returned", "the error %q", err)
	case c.how == endedReturned && (len(result) != 8 || binary.BigEndian.Uint64(result) != id):
		wrong("results", "done to get the result of its job", "another one")
	case c.how == endedPanicked && err != nil:
		r.panics = append(r.panics, err)
	}
}

// Close closes the pool. The error joins what the pool's Close returns and what
// done got for panics since the last Close.
func (r *remotePool) Close() error {
	errs := []error{r.pool.Close()}
	r.mu.Lock()
	for _, c := range r.calls {
		if c.accepted && c.called == 0 {
			r.wrong = append(r.wrong, breach{"close", "done to have been called for every accepted job when Close returns", "one still to be called"})
			break
		}
	}
	errs = append(errs, r.panics...)
	r.panics = nil
	r.mu.Unlock()
	r.ln.Close()
	return errors.Join(errs...)
}

// breachOf returns what is wrong under a rule, or nil.
func (r *remotePool) breachOf(rule string) *breach {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.wrong {
		if b.rule == rule {
			return &b
		}
	}
	return nil
}

// broken returns the rule of the first breach, or "".
func (r *remotePool) broken() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.wrong) == 0 {
		return ""
	}
	return r.wrong[0].rule
}

// accept serves the jobs that call back.
func (r *remotePool) accept() {
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			return
		}
		go r.serve(conn)
	}
}

// serve runs the task that a job asks for and says how it ended.
func (r *remotePool) serve(conn net.Conn) {
	defer conn.Close()
	var id uint64
	if binary.Read(conn, binary.BigEndian, &id) != nil {
		return
	}
	r.mu.Lock()
	c := r.calls[id]
	r.mu.Unlock()
	if c == nil {
		return // the job was refused and ran all the same; done reports it
	}
	o := call(func() error { c.task(); return nil })
	answer := []byte{endedReturned}
	switch {
	case o.panicked != nil:
		answer = append([]byte{endedPanicked}, fmt.Sprint(o.panicked)...)
	case o.exited:
		answer[0] = endedExited
	}
	r.mu.Lock()
	c.how = answer[0]
	r.mu.Unlock()
	conn.Write(answer)
}
