package proof

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/document"
)

var update = flag.Bool("update", false, "write what is generated into the documents, instead of comparing")

// records is where the committed records are, with the page on them.
var records = filepath.Join("..", "..", "..", "results", "gate")

func TestGeneratedPartsOfTheDocumentsAreCurrent(t *testing.T) {
	folder, err := Open(records)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(records, "README.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := make(document.Parts)
	for _, p := range Parts {
		if !strings.Contains(string(page), "<!-- begin: "+p.Name+" -->") {
			t.Errorf("%s has no place for %s", path, p.Name)
		}
		parts[p.Name] = func(b *bytes.Buffer) error {
			text, err := p.Text(folder)
			b.WriteString(text)
			return err
		}
	}
	if err := document.Refresh(path, parts, *update); err != nil {
		t.Errorf("%v; to write it: go test ./scripts/lab/proof -run Documents -update", err)
	}
}

func TestCommittedRecordsAreWholeAndOfCleanCommits(t *testing.T) {
	folder, err := Open(records)
	if err != nil {
		t.Fatal(err)
	}
	commit := regexp.MustCompile(`^[0-9a-f]{40}$`)
	for _, g := range folder.all() {
		if !commit.MatchString(g.Plan.By) {
			t.Errorf("%s was measured by %q, which nobody can build again", g.File, g.Plan.By)
		}
		if !g.Result.Complete {
			t.Errorf("%s was interrupted", g.File)
		}
	}
}
