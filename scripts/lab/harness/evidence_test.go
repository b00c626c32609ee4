package harness

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// committed are the runs that the documents speak of: by pattern, what the
// heads of these files must say.
var committed = []struct {
	files   string // below results
	least   int    // how many there must be
	profile string // "" if it is free
	sides   string
}{
	{"reference/results.txt", 1, bench.Standard.Name, "one process"},
	{"echo/standard.txt", 1, bench.Standard.Name, "one process"},
	{"quick/results.txt", 1, bench.Quick.Name, "one process"},
	{"control/*.txt", leastControls, bench.Quick.Name, "one process"},
	{"isolation/together.txt", 1, "", "one process"},
	{"isolation/apart.txt", 1, "", "a process each"},
}

func TestCommittedRunsAreWhatTheDocumentsCallThem(t *testing.T) {
	seeds := make(map[string]string)
	for _, run := range committed {
		files, err := filepath.Glob(filepath.Join(root, "results", filepath.FromSlash(run.files)))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) < run.least {
			t.Errorf("%s: there are %d, want at least %d", run.files, len(files), run.least)
		}
		for _, file := range files {
			set, err := results.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			if got := set.Setting("profile"); run.profile != "" && got != run.profile {
				t.Errorf("%s: the profile is %q, want %q", file, got, run.profile)
			}
			if got := set.Setting("sides"); got != run.sides {
				t.Errorf("%s: the sides are %q, want %q", file, got, run.sides)
			}
			if commit := set.Setting("commit"); commit == "" || commit == "(devel)" || strings.Contains(commit, "with changes") {
				t.Errorf("%s: it was measured at commit %q, which nobody can build again", file, commit)
			}
			if seed := set.Setting("seed"); seed == "" || seeds[seed] != "" {
				t.Errorf("%s: the seed %q is that of %q: one run is there twice", file, seed, seeds[seed])
			} else {
				seeds[seed] = file
			}
		}
	}
}
