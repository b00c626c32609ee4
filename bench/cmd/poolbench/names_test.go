package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/question"
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
	all, err := chooseStrategies(nil)
	if err != nil || !slices.Equal(all, catalog.All) {
		t.Errorf("no name chooses %d strategies (%v), want the catalog", len(all), err)
	}
	some, err := chooseStrategies([]string{"pond", "serial", "pond"})
	if err != nil || len(some) != 2 || some[0].Name != "serial" || some[1].Name != "pond" {
		t.Errorf("got %v, %v, want serial and pond", names(some), err)
	}
	some, err = chooseStrategies([]string{"stealing", "pond+nonblocking", "ants"})
	if want := []string{"pond+nonblocking", "ants", "stealing"}; err != nil || !slices.Equal(names(some), want) {
		t.Errorf("got %v, %v, want %v", names(some), err, want)
	}
	if _, err := chooseStrategies([]string{"pond", "pnod"}); err == nil || !strings.Contains(err.Error(), `did you mean "pond"?`) {
		t.Errorf("got %v, want the nearest name", err)
	}
}

func TestTheReferenceIsAlwaysAmongTheStrategies(t *testing.T) {
	pond, err := chooseStrategies([]string{"pond"})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(withReference(pond)); !slices.Equal(got, []string{"goroutines", "pond"}) {
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

func TestChosenQuestionsAndProfilesAreKnownOnes(t *testing.T) {
	if err := chooseQuestions(question.Slugs()); err != nil {
		t.Error(err)
	}
	if err := chooseQuestions([]string{"memori"}); err == nil || !strings.Contains(err.Error(), `did you mean "memory"?`) {
		t.Errorf("got %v, want the nearest question", err)
	}
	for _, name := range profileNames() {
		if p, err := chooseProfile(name); err != nil || p.Name != name {
			t.Errorf("profile %s: got %v, %v", name, p, err)
		}
	}
	if _, err := chooseProfile("ful"); err == nil || !strings.Contains(err.Error(), `did you mean "full"?`) {
		t.Errorf("got %v, want the nearest profile", err)
	}
}
