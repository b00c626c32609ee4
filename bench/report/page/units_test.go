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

func TestFiguresCarryTheirUnitUnlessTheHeadSaysIt(t *testing.T) {
	for unit, want := range map[string]string{
		results.NsPerTask: "1.23 us", results.LagP99: "1.23 us", results.GenCPU: "1.23 us", results.BPerConn: "1.23 kB", results.RSSGrowth: "1.23 kB",
		results.PeakRSS: "1.23 kB", results.CPUXRef: "1234x", results.ReqRate: "1234", results.Goroutines: "1234", "B/op": "1.23 kB", "widgets/s": "1234",
	} {
		if got := writerOf(unit)(1234); got != want {
			t.Errorf("1234 %s are written %q, want %q", unit, got, want)
		}
	}
	for _, unit := range shares {
		if got := writerOf(unit)(0.125); got != "12.5 %" {
			t.Errorf("0.125 of %s are written %q", unit, got)
		}
	}
}
