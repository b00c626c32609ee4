package child

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
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

func TestATailKeepsTheSameHoweverItIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		writes := rapid.SliceOf(rapid.StringMatching(`[a-z]{0,20}`)).Draw(t, "writes")
		kept, whole := &Tail{Most: 16}, &Tail{Most: 16}
		for _, w := range writes {
			kept.Write([]byte(w))
		}
		all := strings.Join(writes, "")
		whole.Write([]byte(all))
		if kept.String() != whole.String() {
			t.Fatalf("%q in pieces gives %q, at once %q", all, kept, whole)
		}
		if len(all) <= 32 && kept.String() != all {
			t.Fatalf("of %q is kept %q", all, kept)
		}
		if got := len(kept.first) + len(kept.last); got > 32 {
			t.Fatalf("%d bytes kept", got)
		}
	})
}

func TestATailMayBeReadWhileItIsWritten(t *testing.T) {
	kept := &Tail{Most: 8}
	var all sync.WaitGroup
	for k := range 4 {
		all.Go(func() {
			for i := range 100 {
				fmt.Fprintf(kept, "%d%d", k, i)
				_ = kept.String()
			}
		})
	}
	all.Wait()
	if got := len(kept.String()); got != 8+8+len("\n...\n") {
		t.Errorf("%d bytes kept", got)
	}
}

func TestATailReadsWellBehindAPrefix(t *testing.T) {
	kept := &Tail{Most: 8}
	if got := kept.After(": "); got != "" {
		t.Errorf("nothing was said, and %q is told", got)
	}
	fmt.Fprintln(kept, "no room")
	if got, want := kept.After(": "), ": no room"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
