package page

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/echo"
)

func TestThePageSaysWhoGuaranteesWhatAndWithWhichOption(t *testing.T) {
	text := write(t, Input{Runs: runs(t, "quick"), Strategies: lineup.All})
	row := func(doc string, cells ...string) string {
		return `<tr><th scope="row">` + doc + `</th><td>` + strings.Join(cells, `</td><td>`) + `</td></tr>`
	}
	for _, want := range []string{
		`<table class="words" aria-label="Guarantees">`,
		row("a submit can be rejected instead of wait", "semaphore, weighted, errgroup, handrolled, stealing", "ants&#43;nonblocking", "conc, pond, pondsubmit, antsfunc, antsmulti, workerpool, processes; not applicable: serial, goroutines"),
		row("ants&#43;nonblocking", "ants&#43;nonblocking, for tests", "full: rejects; panic: logged; race: may run after Close; resize: late; purge: idle workers leave after 1s"),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(text, `<tr><th scope="row">`+guarantee.All[1].Doc+`</th>`); n != 1 {
		t.Errorf("a guarantee has %d rows", n)
	}
}

func TestTheMatrixOfServersMarksWhatIsWeaker(t *testing.T) {
	traits := reflect.TypeFor[echo.Traits]()
	for i := range traits.NumField() {
		t.Run(traits.Field(i).Name, func(t *testing.T) {
			s := &echo.Server{Name: "mine", Doc: "a server of mine\n\nadvice", URL: "https://example.org/", Limit: echo.LimitLoops}
			field := reflect.ValueOf(&s.Traits).Elem().Field(i)
			kept := field.Interface().(fmt.Stringer).String()
			field.SetInt(1)
			less := field.Interface().(fmt.Stringer).String()
			m := newServerMatrix([]*echo.Server{{Name: "keeps"}, s})
			if len(m.Rows) != 2 {
				t.Fatalf("the rows are %+v", m.Rows)
			}
			keeps, weaker := m.Rows[0], m.Rows[1]
			if weaker.Name != "mine" || weaker.Title != "a server of mine" || weaker.URL != "https://example.org/" {
				t.Errorf("the row is that of %q, %q, which leads to %q", weaker.Name, weaker.Title, weaker.URL)
			}
			if len(keeps.Traits) != len(m.Keys) || len(weaker.Traits) != len(m.Keys) {
				t.Fatalf("there are %d and %d cells in %d columns", len(keeps.Traits), len(weaker.Traits), len(m.Keys))
			}
			marked := 0
			for at, cell := range weaker.Traits {
				if keeps.Traits[at].Weaker {
					t.Errorf("%s is marked of one that keeps everything", m.Keys[at])
				}
				if !cell.Weaker {
					continue
				}
				marked++
				if cell.Value != less || keeps.Traits[at].Value != kept {
					t.Errorf("%s is %q, and otherwise %q; want %q and %q", m.Keys[at], cell.Value, keeps.Traits[at].Value, less, kept)
				}
			}
			if marked != 1 {
				t.Errorf("%d cells are marked", marked)
			}
			if got := weaker.Traits[slices.Index(m.Keys, "the limit counts")].Value; got != "event loops" {
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
				`<h3>Servers</h3>`, `<table class="traits" aria-label="Guarantees of servers">`, `<div class="scroll" role="region" tabindex="0" aria-label="Guarantees of servers">`,
			} {
				want := min(1, len(servers))
				if n := strings.Count(text, part); n != want {
					t.Errorf("%s stands %d times, want %d", part, n, want)
				}
			}
			for _, s := range servers {
				if link := `<th scope="row"><a href="` + s.URL + `"`; !strings.Contains(text, link) {
					t.Errorf("there is no %s", link)
				}
			}
		})
	}
}
