package main

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestProseIsFoldedAtTheWidthOfTheTerminal(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"  one", "  one"},
		{"  one two three four", "  one two\n  three four"},
		{"  incomprehensibilities are long", "  incomprehensibilities\n  are long"},
		{"  at most 5 ns", "  at most\n  5 ns"},
		{"  at 12 ns, s", "  at 12 ns,\n  s"},
		{"  ééééé ééé é", "  ééééé ééé\n  é"}, // letters count, not bytes
		{"no indent and long", "no indent\nand long"},
		{"  poolbench run --question memory", "  poolbench run --question memory"}, // to be copied
		{"poolbench is a word here", "poolbench is\na word here"},
	} {
		if got := strings.Join(foldProse(c.text, 12), "\n"); got != c.want {
			t.Errorf("%q is folded to %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFoldingKeepsEveryWordAndTheMargin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(` ?([a-zé]{1,15} ){0,30}`).Draw(t, "text")
		columns := rapid.IntRange(3, 40).Draw(t, "columns")
		got := foldProse(text, columns)
		if !slices.Equal(strings.Fields(strings.Join(got, "\n")), strings.Fields(text)) {
			t.Fatalf("words got lost: %q", got)
		}
		for _, line := range got {
			if width(strings.TrimRight(line, " ")) > columns && len(strings.Fields(line)) > 1 {
				t.Fatalf("the line %q is longer than %d", line, columns)
			}
		}
	})
}

func TestATableIsFittedToTheWidthOfTheTerminal(t *testing.T) {
	for _, c := range []struct {
		name, table, want string
		columns           int
	}{
		{"one that fits stays", `
a    bb
ccc  d
`, `
a    bb
ccc  d
`, 7},
		{"text in the last column is wrapped in its place", `
name  what it is
pond  workers that come and go with the load, fed by Go
`, `
name  what it is
pond  workers that come and go
      with the load, fed by Go
`, 30},
		{"columns without room follow below", `
strategy  empty       100ns       10us
ants      1.2 +-10 %  1.3 +-11 %  1.0
pond      0.7         0.8 +-2 %   0.9 =
`, `
strategy  empty
ants      1.2 +-10 %
pond      0.7

strategy  100ns       10us
ants      1.3 +-11 %  1.0
pond      0.8 +-2 %   0.9 =
`, 29},
		{"an empty cell keeps its place", `
strategy  empty       100ns       10us
ants      1.2 +-10 %              1.0
pond                  1.3 +-11 %  0.9
`, `
strategy  empty
ants      1.2 +-10 %
pond

strategy  100ns       10us
ants                  1.0
pond      1.3 +-11 %  0.9
`, 29},
		{"text without room goes below what it belongs to", `
  --max-connections int  close more than this
  --idle duration        close what is silent
`, `
  --max-connections int
      close more than
      this
  --idle duration
      close what is
      silent
`, 24},
		{"rows that are not aligned are no table", `
Report:  results/local/report.html (open it in a browser)
A sentence.  Another sentence that is rather long for a line.
`, `
Report:  results/local/report.html (open
         it in a browser)
A sentence.  Another sentence that is
             rather long for a line.
`, 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := foldTable(strings.Split(strings.Trim(c.table, "\n"), "\n"), c.columns)
			if want := strings.Trim(c.want, "\n"); strings.Join(got, "\n") != want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
			}
		})
	}
}

func TestFittingATableKeepsEveryWordAndTheMargin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[a-z0-9]{1,9}( [a-z0-9]{1,9}){0,2}`)
		n, m := rapid.IntRange(2, 6).Draw(t, "columns"), rapid.IntRange(1, 5).Draw(t, "rows")
		rows := make([]string, m)
		var all []string
		for i := range rows {
			for range n {
				text := cell.Draw(t, "cell")
				all = append(all, strings.Fields(text)...)
				rows[i] += text + strings.Repeat(" ", 30-len(text)+2)
			}
			rows[i] = strings.TrimRight(rows[i], " ")
		}
		columns := rapid.IntRange(66, 200).Draw(t, "width")
		got := foldTable(rows, columns)
		found := strings.Fields(strings.Join(got, "\n"))
		for _, word := range all {
			if !slices.Contains(found, word) {
				t.Fatalf("%q got lost:\n%s", word, strings.Join(got, "\n"))
			}
		}
		for _, line := range got {
			if width(line) > columns {
				t.Fatalf("the line %q is longer than %d", line, columns)
			}
		}
	})
}
