package echo

// submitConnections makes each connection of the queue a task.
func (s *server) submitConnections(q *queue, run func(task func()) error) {
	for c := q.pop(); c != nil; c = q.pop() {
		if phase(c.phase.Load()) == givenUp {
			continue
		}
		if err := run(c.task); err != nil && c.leave(starving, givenUp) {
			c.finish(errRejected)
		}
	}
}

// task serves a connection that got its place.
func (c *conn) task() {
	if c.leave(starving, reading) {
		_ = c.serve() // how it ended is counted
	}
}
