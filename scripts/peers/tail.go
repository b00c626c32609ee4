package peers

import (
	"strings"
	"sync"
)

// A tail keeps the end of what is written to it, which is where an interpreter
// says what went wrong.
type tail struct {
	most int // bytes kept

	mu   sync.Mutex
	kept []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if over := len(t.kept) - t.most; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(b), nil
}

// after returns what was kept behind a prefix, and nothing if nothing was.
func (t *tail) after(prefix string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.kept))
	if text == "" {
		return ""
	}
	return prefix + text
}
