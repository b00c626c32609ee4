package echo

import "fmt"

// A handover passes the messages of a connection, one at a time, from the
// goroutine that reads it to somebody else and back.
type handover struct {
	message []byte
	answer  []byte     // of a remote pool
	back    chan error // gets one value for each message handed over
}

func newHandover() *handover { return &handover{back: make(chan error, 1)} }

// serveVia is like serve, but each message is handed over.
func (c *conn) serveVia(hand func() error) {
	err := errAborted // until handEach returns
	defer func() { c.finish(err) }()
	err = c.handEach(hand)
}

func (c *conn) handEach(hand func() error) error {
	for {
		var err error
		if c.message, err = c.next(); err != nil {
			return err
		}
		if err := hand(); err != nil {
			return err
		}
		c.message, c.answer = nil, nil // or an idle connection would keep them alive
	}
}

// serveMessages makes each message a task.
func (c *conn) serveMessages(run func(task func()) error) {
	c.handover = newHandover()
	task := c.answerMessage // made once, so that a message allocates nothing
	c.serveVia(func() error {
		c.enter(starving)
		if err := run(task); err != nil {
			return fmt.Errorf("%w: %w", errRejected, err)
		}
		return <-c.back
	})
}

// answerMessage is the task.
func (c *conn) answerMessage() {
	if !c.leave(starving, working) {
		return
	}
	err := errAborted // until write returns
	defer func() { c.back <- err }()
	err = c.write(c.message, c.server.Transform(c.message))
}

// serveRemote sends each message elsewhere and writes what comes back.
func (c *conn) serveRemote(transform RemoteTransform) {
	c.handover = newHandover()
	done := c.takeAnswer
	c.serveVia(func() error {
		c.enter(away)
		if err := transform(c.message, done); err != nil {
			return fmt.Errorf("%w: %w", errRejected, err)
		}
		if err := <-c.back; err != nil {
			return err
		}
		return c.write(c.message, c.answer)
	})
}

func (c *conn) takeAnswer(answer []byte, err error) {
	if !c.leave(away, working) {
		return
	}
	if err != nil {
		err = fmt.Errorf("transform a message of %d bytes remotely: %w", len(c.message), err)
	}
	c.answer = answer
	c.back <- err
}
