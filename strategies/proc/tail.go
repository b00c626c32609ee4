package proc

import (
	"strings"
	"sync"
)

// A Tail keeps the first and the last of what is written to it: a Go program
// says why it dies first, and the rest of a flood is of no use.
type Tail struct {
	Most int // bytes kept of either end

	mu      sync.Mutex
	first   []byte
	last    []byte
	dropped bool
}

func (t *Tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(b)
	if room := t.Most - len(t.first); room > 0 {
		take := min(room, len(b))
		t.first = append(t.first, b[:take]...)
		b = b[take:]
	}
	t.last = append(t.last, b...)
	if len(t.last) > 2*t.Most { // not at every write, which may be small
		t.trim()
	}
	return n, nil
}

// trim drops what is too much of the last. The caller holds the lock.
func (t *Tail) trim() {
	if over := len(t.last) - t.Most; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
		t.dropped = true
	}
}

func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.trim(); t.dropped {
		return strings.TrimSpace(string(t.first) + "\n...\n" + string(t.last))
	}
	return strings.TrimSpace(string(t.first) + string(t.last))
}

// After returns what was kept behind a prefix, and nothing if nothing was.
func (t *Tail) After(prefix string) string {
	if said := t.String(); said != "" {
		return prefix + said
	}
	return ""
}
