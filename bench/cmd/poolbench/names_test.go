package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"pgregory.net/rapid"
)

// firstBlock returns the order of the first block's sessions, with their
// seeds: what a seed replays.
func firstBlock(text string) string {
	var order strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "=== block 1 ") {
			session, _, _ := strings.Cut(line, " steal ")
			order.WriteString(session + "\n")
		}
	}
	return order.String()
}

func TestEditsIsTheNumberOfLettersToChange(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"ants", "ants", 0},
		{"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"semafore", "semaphore", 2}, {"pnod", "pond", 2},
	} {
		if got := edits(c.a, c.b); got != c.want {
			t.Errorf("edits(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestEditsIsADistance(t *testing.T) {
	word := rapid.StringMatching(`[a-c]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		switch {
		case edits(a, b) != edits(b, a):
			t.Fatalf("from %q to %q is not as far as back", a, b)
		case (edits(a, b) == 0) != (a == b):
			t.Fatalf("edits(%q, %q) = %d", a, b, edits(a, b))
		case edits(a, c) > edits(a, b)+edits(b, c):
			t.Fatalf("the way from %q to %q is shorter by %q", a, c, b)
		}
	})
}

func TestNearestIsWhatMayHaveBeenMeant(t *testing.T) {
	known := []string{"goroutines", "semaphore", "ants", "antsfunc", "pond"}
	for _, c := range []struct{ name, want string }{
		{"semafore", "semaphore"}, {"ant", "ants"}, {"Pond", "pond"}, {"gorutines", "goroutines"},
		{"sema", "semaphore"}, // the beginning of one
		{"xyzzy", ""}, {"", ""},
	} {
		if got := nearest(c.name, known); got != c.want {
			t.Errorf("nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestUnknownNamesTheNearestAndAll(t *testing.T) {
	err := unknown("fruit", "aple", []string{"apple", "pear"})
	if got, want := err.Error(), `unknown fruit "aple", did you mean "apple"? The known ones are apple, pear`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	err = unknown("fruit", "carburettor", []string{"apple", "pear"})
	if got, want := err.Error(), `unknown fruit "carburettor". The known ones are apple, pear`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestChosenStrategiesComeInTheCatalogsOrder(t *testing.T) {
	if all := chooseStrategies(nil); !slices.Equal(all, catalog.All) {
		t.Errorf("no name chooses %d strategies, want the catalog", len(all))
	}
	if got := names(chooseStrategies([]string{"pond", "serial", "pond"})); !slices.Equal(got, []string{"serial", "pond"}) {
		t.Errorf("got %v, want serial and pond", got)
	}
	want := []string{"pond+nonblocking", "ants", "stealing"}
	if got := names(chooseStrategies([]string{"stealing", "pond+nonblocking", "ants"})); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheReferenceIsAlwaysAmongTheStrategies(t *testing.T) {
	if got := names(withReference(chooseStrategies([]string{"pond"}))); !slices.Equal(got, []string{"goroutines", "pond"}) {
		t.Errorf("got %v, want goroutines and pond", got)
	}
	if got := withReference(catalog.All); !slices.Equal(got, catalog.All) {
		t.Errorf("got %v, want the catalog", names(got))
	}
}

func names(all []*strategies.Strategy) (out []string) {
	for _, s := range all {
		out = append(out, s.Name)
	}
	return out
}
