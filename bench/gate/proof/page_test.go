package proof

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the records say into their page, instead of comparing")

// committed is the folder of the committed records.
const committed = "../../../results/gate"

func TestThePageSaysWhatTheRecordsSay(t *testing.T) {
	folder, err := Open(committed)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(committed, "README.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Fill(string(page), folder)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case want == string(page):
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is stale: run go test ./bench/gate/proof -update", path)
	}
	for _, g := range folder.all() {
		if g.Plan.By == "" || strings.Contains(g.Plan.By, "changes") {
			t.Errorf("%s was measured by commit %q, want a clean one", g.File, g.Plan.By)
		}
		if !g.Verdict.Complete {
			t.Errorf("%s was interrupted", g.File)
		}
	}
}
