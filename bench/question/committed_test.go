package question

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/results"
)

// committed are the results files of runs that are committed, by their paths.
func committed(t *testing.T) map[string]*results.Set {
	t.Helper()
	sets := make(map[string]*results.Set)
	for _, pattern := range []string{"quick/results.txt", "reference/results.txt", "echo/*.txt", "isolation/*.txt", "stealing/*.txt"} {
		files, err := filepath.Glob(filepath.Join("../../results", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			set, err := results.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			sets[file] = set
		}
	}
	if len(sets) < 3 {
		t.Fatalf("%d committed files are found", len(sets))
	}
	return sets
}

// bestIsOurs says whether the best of the claims that a sentence names is about our
// own pool: of those with a unit and a baseline of which it has one.
func bestIsOurs(s Sentence) bool {
	for _, own := range s.Claims {
		if !ours(own) || own.Verdict == claim.Worse || !strings.Contains(s.Text, own.Name) {
			continue
		}
		alike := slices.DeleteFunc(slices.Clone(s.Claims), func(c *claim.Claim) bool {
			return c.Unit != own.Unit || c.Group != own.Group || c.Baseline.Name != own.Baseline.Name
		})
		best := slices.MinFunc(alike, func(a, b *claim.Claim) int {
			if claim.MoreIsBetter(own.Unit) {
				a, b = b, a
			}
			return cmp.Compare(a.Value.Estimate, b.Value.Estimate)
		})
		if best == own {
			return true
		}
	}
	return false
}

// namesAnother says whether a sentence names a strategy other than our own pool.
func namesAnother(s Sentence) bool {
	return slices.ContainsFunc(s.Claims, func(c *claim.Claim) bool { return !ours(c) && strings.Contains(s.Text, c.Name) })
}

func TestASentenceThatNamesOurPoolBestNamesAnotherAndSaysWhoseItIs(t *testing.T) {
	found := 0
	for file, set := range committed(t) {
		for _, a := range answered(t, NewEvidence(set)) {
			for _, s := range a.Sentences {
				if !bestIsOurs(s) {
					continue
				}
				found++
				if strings.Count(s.Text, ownMark) != 1 {
					t.Errorf("%s, %s: it is not said once whose pool is best: %s", file, a.Question.Slug, s.Text)
				}
				if !namesAnother(s) {
					t.Errorf("%s, %s: the best of the others is not named: %s", file, a.Question.Slug, s.Text)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("our pool is best in %d sentences: the test would not notice a fault", found)
	}
	own, other := ratioOf(bench.Own, 0.1), ratioOf("pond", 0.2)
	for text, want := range map[string]bool{bench.Own + " is faster": false, bench.Own + " is faster, pond less so": true} {
		s := Sentence{text, []*claim.Claim{own, other}}
		if !bestIsOurs(s) || namesAnother(s) != want {
			t.Errorf("%q names another: %v, want %v", text, !want, want)
		}
	}
}

func TestAGroupWhoseSlugLooksAlikeChangesNoAnswer(t *testing.T) {
	for file, set := range committed(t) {
		before := answered(t, NewEvidence(set))
		more := &results.Set{Settings: set.Settings, Cells: slices.Clone(set.Cells)}
		for _, c := range set.Cells {
			if c.Samples[0].Block.Group == "" || c.Keys["strategy"] == bench.Control {
				continue
			}
			twin := *c
			twin.Name = strings.Replace(c.Name, "/", "/twin=1/", 1)
			twin.Samples = slices.Clone(c.Samples)
			for i, s := range c.Samples {
				of := results.Sample{Block: s.Block, N: s.N, Line: s.Line}
				of.Block.Group += "foo"
				for _, unit := range s.Units() {
					v, _ := s.Value(unit)
					of = of.With(unit, 3*v)
				}
				twin.Samples[i] = of
			}
			more.Cells = append(more.Cells, &twin)
		}
		after := answered(t, NewEvidence(more))
		if len(after) != len(before) {
			t.Fatalf("%s: %d questions are answered, and with more groups %d", file, len(before), len(after))
		}
		for i, a := range before {
			if !slices.Equal(a.Texts(), after[i].Texts()) {
				t.Errorf("%s, %s: the answer is\n%s\nand with groups of other slugs\n%s", file, a.Question.Slug, strings.Join(a.Texts(), "\n"), strings.Join(after[i].Texts(), "\n"))
			}
		}
	}
}
