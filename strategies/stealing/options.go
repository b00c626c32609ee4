package stealing

import "time"

// An Option changes what [New] makes.
type Option func(*settings)

type settings struct {
	queue int
	idle  time.Duration
}

const (
	defaultQueue = 1024
	defaultIdle  = time.Second
)

// Queue sets how many tasks may wait in the queue before Go waits as well, at
// least 1. Without it that is 1024. Tasks that workers have already drawn,
// up to 128 short ones each, are not counted.
//
// A short queue makes Go wait soon and costs speed: so few short tasks change
// hands at once as there are in it.
func Queue(tasks int) Option {
	return func(s *settings) { s.queue = max(1, tasks) }
}

// Idle sets how long a worker without work keeps its goroutine: it leaves
// after at least half of that time and at most all of it. Without it that is a
// second. As long as a pool has started only a few workers, they leave at once: a
// pool that is made for one batch should not pay for workers that nobody needs.
func Idle(atMost time.Duration) Option {
	return func(s *settings) { s.idle = max(2*time.Nanosecond, atMost) }
}
