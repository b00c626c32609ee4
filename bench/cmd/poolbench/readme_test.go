package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/document"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

var update = flag.Bool("update", false, "write what is generated into the documents, instead of comparing")

// root is the folder of the module, seen from this package.
const root = "../../.."

// documents are the files with generated parts. The pages of what proves our own
// claims are made by the tests under scripts/lab.
var documents = []string{"README.md", "results/README.md", "results/reference/README.md", "results/echo/README.md", "bench/README.md"}

// parts are what can be generated.
var parts = document.Parts{
	"answers": func(b *bytes.Buffer) error {
		e, err := reference()
		if err != nil {
			return err
		}
		return report.Summary(b, e)
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
		measuredOn(b, e)
		return nil
	},
	"traits": func(b *bytes.Buffer) error { return report.Semantics(b, catalog.All) },
	"idioms": func(b *bytes.Buffer) error { return report.Idioms(b, catalog.All) },
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
	"packages": packages,
	"raised":   raised,
	"plugin":   plugin,

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

// measuredOn says where, when and how long a run was measured.
func measuredOn(b *bytes.Buffer, e *question.Evidence) {
	fmt.Fprintf(b, "Measured on %s, %s CPUs, %s, Linux %s, at %s, commit %.12s, profile %s.\n",
		e.Setting("cpu"), e.Setting("gomaxprocs"), e.Setting("go"), e.Setting("kernel"), e.Setting("runstamp"), e.Setting("commit"), e.Setting("profile"))
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

// plugin quotes the module that a test builds and runs.
func plugin(b *bytes.Buffer) error {
	for _, name := range []string{"mine.go", "mine_test.go"} {
		source, err := os.ReadFile(filepath.Join("testdata", "plugin", name))
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "```go\n%s```\n", source)
	}
	return nil
}

func TestGeneratedPartsOfTheDocumentsAreCurrent(t *testing.T) {
	for _, name := range documents {
		t.Run(name, func(t *testing.T) {
			if err := document.Refresh(filepath.Join(root, name), parts, *update); err != nil {
				t.Errorf("%v; to write it: go test ./bench/cmd/poolbench -run Documents -update", err)
			}
		})
	}
}
