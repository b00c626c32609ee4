package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/document"
	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/table"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

var update = flag.Bool("update", false, "write what is generated into the documents, instead of comparing")

// root is the folder of the module, seen from this package.
const root = "../../.."

// documents are the files with generated parts. The pages of what proves our own
// claims are made by the tests under scripts/lab.
var documents = []string{"README.md", ".github/ARCHITECTURE.md", "bench/README.md", "bench/MODULES.md", "strategies/catalog/README.md",
	"strategies/strategytest/README.md", "results/README.md", "results/reference/README.md", "results/echo/README.md"}

// written are documents with commands and without generated parts.
var written = []string{"bench/gate/README.md", "echo/README.md", "results/history/README.md"}

// parts are what can be generated.
var parts = document.Parts{
	"headlines": headlines,
	"use":       use,
	"commands": func(b *bytes.Buffer) error {
		for _, cmd := range newRoot().Commands() {
			if !cmd.Hidden && cmd.Name() != "help" && cmd.Name() != "completion" {
				fmt.Fprintf(b, "- `%s`: %s\n", cmd.Name(), lower(cmd.Short))
			}
		}
		return nil
	},
	"report": func(b *bytes.Buffer) error {
		e, err := reference()
		if err != nil {
			return err
		}
		return report.Markdown(b, e)
	},
	"machine": func(b *bytes.Buffer) error {
		e, err := reference()
		if err != nil {
			return err
		}
		measuredOn(b, e, catalogNames(catalog.All))
		return nil
	},
	"guarantees": guarantees,
	"traits": func(b *bytes.Buffer) error {
		all, err := guarantee.OfAll(catalog.All)
		if err != nil {
			return err
		}
		return report.Semantics(b, all)
	},
	"idioms": func(b *bytes.Buffer) error { return report.IdiomTable(catalog.All).Markdown(b) },
	"rules": func(b *bytes.Buffer) error {
		for _, r := range strategytest.Rules() {
			relaxed := "cannot be waived"
			if r.Trait != "" {
				relaxed = "trait: " + r.Trait
			}
			fmt.Fprintf(b, "%d. **%s**: %s (%s)\n", r.Number, r.Name, r.Text, relaxed)
		}
		return nil
	},
	"questions": func(b *bytes.Buffer) error {
		for _, q := range question.All {
			fmt.Fprintf(b, "- `%s`: %s\n", q.Slug, q.Ask)
		}
		return nil
	},
	"profiles": func(b *bytes.Buffer) error {
		for _, p := range bench.Profiles {
			fmt.Fprintf(b, "- `%s`: %s\n", p.Name, p.Doc)
		}
		return nil
	},
	"units": func(b *bytes.Buffer) error {
		b.WriteString("| unit | better | what it is |\n| --- | --- | --- |\n")
		for _, u := range results.Units {
			fmt.Fprintf(b, "| %s | %s | %s |\n", u.Name, u.Better, u.Doc)
		}
		return nil
	},
	"packages":   packages,
	"raised":     raised,
	"plugin":     func(b *bytes.Buffer) error { return quoted(b, "mine.go", "mine_test.go") },
	"plugintest": func(b *bytes.Buffer) error { return quoted(b, "mine_test.go") },

	"echomachine": servedMachine,
	"echoanswers": servedAnswers,
	"echoreport":  servedReport,
}

// reference is what the committed reference run holds.
func reference() (*question.Evidence, error) {
	set, err := results.Open(filepath.Join(root, "results", "reference", "results.txt"))
	if err != nil {
		return nil, err
	}
	return question.NewEvidence(set), nil
}

// measuredOn says where, when and how long a run was measured, and which of names
// are not part of it.
func measuredOn(b *bytes.Buffer, e *question.Evidence, names []string) {
	fmt.Fprintf(b, "Measured on %s, %s CPUs, %s, Linux %s, at %s, commit %.12s, profile %s.\n",
		e.Setting("cpu"), e.Setting("gomaxprocs"), e.Setting("go"), e.Setting("kernel"), e.Setting("runstamp"), e.Setting("commit"), e.Setting("profile"))
	measured := make(map[string]bool)
	for _, word := range strings.Fields(e.Setting("catalog")) {
		name, _, _ := strings.Cut(word, "=")
		measured[name] = true
	}
	var missing []string
	for _, name := range names {
		if !measured[name] {
			missing = append(missing, "`"+name+"`")
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(b, "Not measured: %s.\n", strings.Join(missing, ", "))
	}
}

// catalogNames returns the names of strategies and servers.
func catalogNames(all []*strategies.Strategy, servers ...*echo.Server) (names []string) {
	for _, s := range all {
		names = append(names, s.Name)
	}
	for _, s := range servers {
		names = append(names, s.Name)
	}
	return names
}

// packages lists every package that others can import, with the first sentence
// of its documentation.
func packages(b *bytes.Buffer) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); name == "testdata" || name == "internal" || strings.HasPrefix(name, ".") && path != root {
			return fs.SkipDir
		}
		files, err := filepath.Glob(filepath.Join(path, "*.go"))
		if err != nil {
			return err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				return err
			}
			if text := parsed.Doc.Text(); text != "" {
				where, err := filepath.Rel(root, path)
				if err != nil {
					return err
				}
				synopsis := new(doc.Package).Synopsis(text)
				fmt.Fprintf(b, "- [`%s`](%s): %s\n", filepath.ToSlash(where), filepath.ToSlash(where), strings.TrimPrefix(synopsis, "Package "+parsed.Name.Name+" "))
				return nil
			}
		}
		return nil
	})
}

// quoted quotes files of the module that a test builds and runs.
func quoted(b *bytes.Buffer, names ...string) error {
	for _, name := range names {
		source, err := os.ReadFile(filepath.Join("testdata", "plugin", name))
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "```go\n%s```\n", source)
	}
	return nil
}

// headlines are the answers that most readers come for, a line each.
func headlines(b *bytes.Buffer) error {
	tasks, err := reference()
	if err != nil {
		return err
	}
	servers, err := served()
	if err != nil {
		return err
	}
	for _, line := range []struct {
		of    string
		e     *question.Evidence
		q     *question.Question
		holds string // a part of the sentence
	}{
		{"From what length of a task on does speed no longer matter?", tasks, question.Goroutine, "No pool is measurably faster"},
		{"Empty tasks", tasks, question.Goroutine, "for empty tasks"},
		{"Many submitters", tasks, question.Contention, "faster than"},
		{"Memory", tasks, question.MemoryUse, "peaks at"},
		{"Servers", servers, question.Server, "CPU time for a request"},
	} {
		answer, err := line.q.Answer(line.e)
		if err != nil {
			return err
		}
		texts := answer.Texts()
		i := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(text, line.holds) })
		if i < 0 {
			return fmt.Errorf("question %s has no sentence with %q", line.q.Slug, line.holds)
		}
		fmt.Fprintf(b, "- **%s** %s\n", strings.TrimSuffix(line.of, "?")+map[bool]string{true: "?", false: ":"}[strings.HasSuffix(line.of, "?")], table.Escape(texts[i]))
	}
	return nil
}

// use says which strategies give what a reader may need.
func use(b *bytes.Buffer) error {
	all, err := guarantee.OfAll(catalog.All)
	if err != nil {
		return err
	}
	for _, r := range guarantee.Table(all) {
		if slices.Contains([]string{"results", "first-error", "capacity", "limit", "resize", "divide", "parts", "race", "closures"}, r.Name) {
			continue // the table of the catalog has them
		}
		text := strings.Join(r.ByDefault, ", ")
		if len(r.WithOption) > 0 {
			text = strings.TrimPrefix(text+"; with an option: "+strings.Join(r.WithOption, ", "), "; ")
		}
		fmt.Fprintf(b, "- %s: %s\n", r.Doc, text)
	}
	return nil
}

// guarantees is the table of them all.
func guarantees(b *bytes.Buffer) error {
	all, err := guarantee.OfAll(catalog.All)
	if err != nil {
		return err
	}
	t := report.GuaranteeTable(all)
	t.Title = ""
	return t.Markdown(b)
}

// lower begins a clause.
func lower(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// mostWords is how many words of README.md a reader is asked to read, code aside.
const mostWords = 1500

func TestTheReadmeIsShort(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(string(text), "")
	if n := len(strings.Fields(prose)); n > mostWords {
		t.Errorf("README.md has %d words, want at most %d", n, mostWords)
	}
}

func TestGeneratedPartsOfTheDocumentsAreCurrent(t *testing.T) {
	for _, name := range documents {
		t.Run(name, func(t *testing.T) {
			err := document.Refresh(filepath.Join(root, name), parts, *update)
			if errors.Is(err, errUnreachable) {
				t.Skip(err)
			}
			if err != nil {
				t.Errorf("%v; to write it: go test ./bench/cmd/poolbench -run Documents -update", err)
			}
		})
	}
}
