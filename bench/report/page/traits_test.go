package page

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

func TestTheMatrixShowsWhatAPoolCanDoBesides(t *testing.T) {
	m, err := newTraitMatrix(lineup.All)
	if err != nil {
		t.Fatal(err)
	}
	some := make(map[string]bool)
	for i, row := range m.Rows {
		if len(row.Traits) != len(m.Keys) {
			t.Fatalf("%s has %d cells in %d columns", row.Name, len(row.Traits), len(m.Keys))
		}
		s := lineup.All[i]
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

func TestTheMatrixOfServersShowsWhatEachWithdraws(t *testing.T) {
	traits := reflect.TypeFor[echo.Traits]()
	for i := range traits.NumField() {
		t.Run(traits.Field(i).Name, func(t *testing.T) {
			s := &echo.Server{Name: "mine", Doc: "a server of mine\n\nadvice", URL: "https://example.org/", Limit: echo.LimitLoops}
			field := reflect.ValueOf(&s.Traits).Elem().Field(i)
			kept := field.Interface().(fmt.Stringer).String()
			field.SetInt(1)
			withdrawn := field.Interface().(fmt.Stringer).String()
			m := newServerMatrix([]*echo.Server{{Name: "keeps"}, s})
			if len(m.Rows) != 2 {
				t.Fatalf("the rows are %+v", m.Rows)
			}
			promises, withdraws := m.Rows[0], m.Rows[1]
			if withdraws.Name != "mine" || withdraws.Title != "a server of mine" || withdraws.URL != "https://example.org/" {
				t.Errorf("the row is that of %q, %q, which leads to %q", withdraws.Name, withdraws.Title, withdraws.URL)
			}
			if len(promises.Traits) != len(m.Keys) || len(withdraws.Traits) != len(m.Keys) {
				t.Fatalf("there are %d and %d cells in %d columns", len(promises.Traits), len(withdraws.Traits), len(m.Keys))
			}
			marked := 0
			for at, cell := range withdraws.Traits {
				if promises.Traits[at].Withdrawn {
					t.Errorf("%s is marked of who promises everything", m.Keys[at])
				}
				if !cell.Withdrawn {
					continue
				}
				marked++
				if cell.Value != withdrawn || promises.Traits[at].Value != kept {
					t.Errorf("%s is %q, and otherwise %q; want %q and %q", m.Keys[at], cell.Value, promises.Traits[at].Value, withdrawn, kept)
				}
			}
			if marked != 1 {
				t.Errorf("%d cells are marked", marked)
			}
			if got := withdraws.Traits[slices.Index(m.Keys, "the limit counts")].Value; got != "event loops" {
				t.Errorf("the limit counts %q", got)
			}
		})
	}
}

func TestServersHaveAMatrixOnlyWhereThereAreServers(t *testing.T) {
	for name, servers := range map[string][]*echo.Server{"none": nil, "some": lineup.Servers} {
		t.Run(name, func(t *testing.T) {
			text := write(t, Input{Runs: runs(t, "quick"), Strategies: lineup.All, Servers: servers})
			for _, part := range []string{
				`<h3>Servers</h3>`, `<table class="traits" aria-label="Promises of servers">`, `<div class="scroll" role="region" tabindex="0" aria-label="Promises of servers">`,
			} {
				want := min(1, len(servers))
				if n := strings.Count(text, part); n != want {
					t.Errorf("%s stands %d times, want %d", part, n, want)
				}
			}
			if n := strings.Count(text, `<table class="traits" aria-label="Promises">`); n != 1 {
				t.Errorf("there are %d matrices of strategies", n)
			}
			for _, s := range servers {
				if link := `<th scope="row"><a href="` + s.URL + `"`; !strings.Contains(text, link) {
					t.Errorf("there is no %s", link)
				}
			}
		})
	}
}
