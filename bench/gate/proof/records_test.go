package proof

import (
	"regexp"
	"testing"
)

func TestCommittedRecordsAreWholeAndOfCleanCommits(t *testing.T) {
	folder, err := Open("../../../results/gate")
	if err != nil {
		t.Fatal(err)
	}
	commit := regexp.MustCompile(`^[0-9a-f]{40}$`)
	for _, g := range folder.all() {
		if !commit.MatchString(g.Plan.By) {
			t.Errorf("%s was measured by %q, which nobody can build again", g.File, g.Plan.By)
		}
		if !g.Verdict.Complete {
			t.Errorf("%s was interrupted", g.File)
		}
	}
}
