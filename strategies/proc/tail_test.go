package proc

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestATailKeepsBothEnds(t *testing.T) {
	for _, row := range []struct {
		writes []string
		want   string
	}{
		{nil, ""},
		{[]string{"ab"}, "ab"},
		{[]string{"abcd", "efgh"}, "abcdefgh"},
		{[]string{"abcdefgh"}, "abcdefgh"},
		{[]string{"abcdefghi"}, "abcd\n...\nfghi"},
		{[]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}, "abcd\n...\nghij"},
		{[]string{"ab\n"}, "ab"},
	} {
		kept := &Tail{Most: 4}
		for _, w := range row.writes {
			if n, err := kept.Write([]byte(w)); n != len(w) || err != nil {
				t.Errorf("Write(%q) = %d, %v", w, n, err)
			}
		}
		if got := kept.String(); got != row.want {
			t.Errorf("of %q is kept %q, want %q", row.writes, got, row.want)
		}
	}
}

func FuzzATailKeepsTheSameHoweverItIsCut(f *testing.F) {
	f.Add("", uint8(1))
	f.Add(strings.Repeat("abcdefghij", 10), uint8(3))
	f.Add("  spaces at the ends  ", uint8(7))
	f.Fuzz(func(t *testing.T, all string, size uint8) {
		kept, whole := &Tail{Most: 16}, &Tail{Most: 16}
		for rest := []byte(all); len(rest) > 0; {
			n := min(1+int(size), len(rest))
			kept.Write(rest[:n])
			rest = rest[n:]
		}
		whole.Write([]byte(all))
		if kept.String() != whole.String() {
			t.Errorf("%q in pieces gives %q, at once %q", all, kept, whole)
		}
		if len(all) <= 32 && kept.String() != strings.TrimSpace(all) {
			t.Errorf("of %q is kept %q", all, kept)
		}
		if got := len(kept.first) + len(kept.last); got > 32 {
			t.Errorf("%d bytes kept", got)
		}
	})
}

func TestATailMayBeReadWhileItIsWritten(t *testing.T) {
	kept := &Tail{Most: 8}
	var all sync.WaitGroup
	all.Add(4)
	for k := range 4 {
		go func() {
			defer all.Done()
			for i := range 100 {
				fmt.Fprintf(kept, "%d%d", k, i)
				_ = kept.String()
			}
		}()
	}
	all.Wait()
	if got := len(kept.String()); got != 8+8+len("\n...\n") {
		t.Errorf("%d bytes kept", got)
	}
}

func TestATailReadsWellBehindAPrefix(t *testing.T) {
	kept := &Tail{Most: 8}
	if got := kept.After(": "); got != "" {
		t.Errorf("nothing was written, and it reads %q", got)
	}
	fmt.Fprintln(kept, "no room")
	if got, want := kept.After(": "), ": no room"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
