package page

import (
	"regexp"
	"testing"

	"github.com/poolbench/poolbench/bench/results"
)

func TestEveryUnitHasAHeadInWords(t *testing.T) {
	seen := make(map[string]string)
	for _, u := range results.Units {
		if u.Name == results.XRef {
			continue // its column is that of the ratio
		}
		h := newUnitHead(u.Name)
		if !regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9.,'() ]+$`).MatchString(h.Title) || h.Title == u.Name && u.Name != results.Goroutines || h.Doc == "" {
			t.Errorf("%s: its head is %q, its explanation %q", u.Name, h.Title, h.Doc)
		}
		if other := seen[h.Title]; other != "" {
			t.Errorf("%s and %s have one head, %q", other, u.Name, h.Title)
		}
		seen[h.Title] = u.Name
	}
	if h := newUnitHead("widgets/s"); h.Title != "widgets/s" || h.Doc != "" {
		t.Errorf("a unit that nobody knows is %+v", h)
	}
}
