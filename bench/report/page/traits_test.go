package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

func TestTheMatrixShowsWhatAPoolCanDoBesides(t *testing.T) {
	m, err := newTraitMatrix(catalog.All)
	if err != nil {
		t.Fatal(err)
	}
	some := make(map[string]bool)
	for i, row := range m.Rows {
		if len(row.Traits) != len(m.Keys) {
			t.Fatalf("%s has %d cells in %d columns", row.Name, len(row.Traits), len(m.Keys))
		}
		s := catalog.All[i]
		if s.Open == nil {
			continue
		}
		pool, err := s.Open(1)
		if err != nil {
			t.Fatal(err)
		}
		_, cancels := pool.(strategies.Canceler)
		_, resizes := pool.(strategies.Resizer)
		_, tries := pool.(strategies.TrySubmitter)
		_, divides := pool.(strategies.Divider)
		if err := pool.Close(); err != nil {
			t.Fatal(err)
		}
		for title, can := range map[string]bool{
			"gives up what waits": cancels, "changes its limit": resizes, "refuses when asked to": tries, "sets parts aside": divides,
		} {
			got := row.Traits[slices.Index(m.Keys, title)].Value
			if strings.HasPrefix(got, "yes") != can {
				t.Errorf("%s %s: %s", row.Name, title, got)
			}
			some[title] = some[title] || can
		}
	}
	for _, a := range abilities[:4] {
		if !some[a.title] {
			t.Errorf("nobody %s", a.title)
		}
	}
	for _, key := range []string{"cancel", "resize", "parts"} {
		if slices.Contains(m.Keys, key) {
			t.Errorf("there is a column %s for pools that have nothing of it", key)
		}
	}
}
