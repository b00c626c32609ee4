package report

import (
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"
	"github.com/poolbench/poolbench/strategies"
)

func TestEveryPromiseOfAnIdiomHasItsWords(t *testing.T) {
	for _, row := range []struct {
		idiom strategies.Idiom
		want  string
	}{
		{strategies.Idiom{}, "results: in order, after the last task; errors: all, joined; after an error: no other starts"},
		{strategies.Idiom{Unordered: true, Streams: true}, "results: in any order, while tasks run*; errors: all, joined; after an error: no other starts"},
		{strategies.Idiom{Errors: strategies.ErrorsFirst, Continues: true},
			"results: in order, after the last task; errors: the first*; after an error: others still start*"},
	} {
		var words []string
		for _, trait := range IdiomTraits(row.idiom) {
			star := map[bool]string{true: "*"}[trait.Weaker]
			words = append(words, trait.Key+": "+trait.Value+star)
		}
		if got := strings.Join(words, "; "); got != row.want {
			t.Errorf("%+v:\n%s, want\n%s", row.idiom, got, row.want)
		}
	}
}

func TestTheTableOfIdiomsHasARowForEach(t *testing.T) {
	var b strings.Builder
	if err := IdiomTable(lineup.All).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	idioms := 0
	for _, s := range lineup.All {
		idioms += len(s.Idioms)
	}
	if len(lines) != idioms+2 {
		t.Errorf("%d lines for %d idioms", len(lines), idioms)
	}
	for _, line := range lines {
		if strings.Count(line, "|") != strings.Count(lines[0], "|") {
			t.Errorf("a row is wider or narrower than the head: %s", line)
		}
	}
}
