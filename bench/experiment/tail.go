package experiment

import (
	"strings"
	"sync"
)

// A tail keeps the first and the last of what is written to it: a Go program
// says why it dies first, and the rest of a flood is of no use.
type tail struct {
	mu      sync.Mutex
	most    int // bytes kept of either end
	first   []byte
	last    []byte
	dropped int
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(b)
	if room := t.most - len(t.first); room > 0 {
		take := min(room, len(b))
		t.first = append(t.first, b[:take]...)
		b = b[take:]
	}
	t.last = append(t.last, b...)
	if over := len(t.last) - t.most; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
		t.dropped += over
	}
	return n, nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dropped > 0 {
		return strings.TrimSpace(string(t.first) + "\n...\n" + string(t.last))
	}
	return strings.TrimSpace(string(t.first) + string(t.last))
}
