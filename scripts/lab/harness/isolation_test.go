package harness

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/bench/stats"
)

// isolation holds ratios measured in one process for all strategies against
// those measured with a process for each.
func isolation(b *bytes.Buffer) error {
	var runs [2]*question.Evidence
	for i, name := range []string{"together.txt", "apart.txt"} {
		set, err := results.Open(filepath.Join(root, "results", "isolation", name))
		if err != nil {
			return err
		}
		runs[i] = question.NewEvidence(set)
	}
	shifts, err := isolationShifts(runs[0], runs[1])
	if err != nil {
		return err
	}
	writeShifts(b, shifts)
	return nil
}

// A shift is how a cell's ratio changes with a process of its own.
type shift struct {
	label           string
	together, apart stats.Interval
	ratio           stats.Interval // of the one to the other
	differs         bool           // after Holm, over all cells
}

// isolationShifts compares every cell of two runs that has a ratio: the
// reference is its own, and memory is no matter of time.
func isolationShifts(together, apart *question.Evidence) ([]shift, error) {
	var shifts []shift
	var ps []float64
	for _, g := range together.Groups() {
		other := apart.Group(&bench.Group{Slug: g.Slug})
		for _, row := range g.Rows {
			if other == nil || row == g.Row(bench.Reference) || row.Cell.Base == string(bench.Memory) {
				continue
			}
			i := slices.IndexFunc(other.Rows, func(r *question.Row) bool { return r.Cell.Name == row.Cell.Name })
			if i < 0 {
				continue
			}
			a, c := row.Cell.Values(results.XRef), other.Rows[i].Cell.Values(results.XRef)
			ratio, err := stats.Shift(stats.Logs(a), stats.Logs(c), claim.Confidence)
			if err != nil {
				return nil, err
			}
			ratio.Estimate, ratio.Low, ratio.High = math.Exp(ratio.Estimate), math.Exp(ratio.Low), math.Exp(ratio.High)
			test, err := stats.RankSum(stats.Logs(a), stats.Logs(c))
			if err != nil {
				return nil, err
			}
			ps = append(ps, test.TwoSided)
			shifts = append(shifts, shift{
				label: g.Slug + ", " + row.Label(), together: claim.Centre(a), apart: claim.Centre(c), ratio: ratio,
			})
		}
	}
	adjusted, err := stats.Holm(ps)
	if err != nil {
		return nil, err
	}
	for i, p := range adjusted {
		shifts[i].differs = p <= 1-claim.Confidence
	}
	return shifts, nil
}

// mostShifts is how many rows are printed whole. Of more, those that differ
// are.
const mostShifts = 20

func writeShifts(b *bytes.Buffer, shifts []shift) {
	differing := slices.DeleteFunc(slices.Clone(shifts), func(s shift) bool { return !s.differs })
	shown := shifts
	if len(shown) > mostShifts {
		shown = differing
	}
	if len(shown) > 0 {
		b.WriteString("| workload, strategy | all in one process | one process each | the one as a multiple of the other |\n| --- | --- | --- | --- |\n")
		for _, s := range shown {
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", s.label, claim.Times(s.together), claim.Times(s.apart), claim.Times(s.ratio))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "Of %d cells %d differ (rank-sum test, Holm, 5 %%).\n", len(shifts), len(differing))
}

func TestOnlyWhatDiffersIsListedOfManyShifts(t *testing.T) {
	for _, c := range []struct {
		what             string
		cells, differing int
		rows             int
	}{
		{"few", 5, 1, 5},
		{"as many as are printed whole", mostShifts, 0, mostShifts},
		{"many", mostShifts + 1, 3, 3},
		{"many alike", mostShifts + 1, 0, 0},
	} {
		shifts := make([]shift, c.cells)
		for i := range shifts {
			shifts[i].label, shifts[i].differs = fmt.Sprintf("cell %d", i), i < c.differing
		}
		var b bytes.Buffer
		writeShifts(&b, shifts)
		if got := strings.Count(b.String(), "| cell "); got != c.rows {
			t.Errorf("%s: %d rows, want %d", c.what, got, c.rows)
		}
		if want := fmt.Sprintf("Of %d cells %d differ", c.cells, c.differing); !strings.Contains(b.String(), want) {
			t.Errorf("%s: got\n%swant %q in it", c.what, b.String(), want)
		}
	}
}

func TestNoTwoRowsOfIsolationAreCalledTheSame(t *testing.T) {
	set, err := results.Open(filepath.Join(root, "results", "isolation", "together.txt"))
	if err != nil {
		t.Fatal(err)
	}
	e := question.NewEvidence(set)
	shifts, err := isolationShifts(e, e)
	if err != nil || len(shifts) == 0 {
		t.Fatalf("%d shifts, error %v", len(shifts), err)
	}
	seen := make(map[string]bool)
	for _, s := range shifts {
		if seen[s.label] {
			t.Errorf("two rows are called %q", s.label)
		}
		seen[s.label] = true
		if strings.HasPrefix(s.label, "memory") {
			t.Errorf("%s is compared by time", s.label)
		}
		if s.differs {
			t.Errorf("%s differs from itself", s.label)
		}
	}
}

func TestTheRunsForIsolationDifferInNothingElse(t *testing.T) {
	together, err := results.Open(filepath.Join(root, "results", "isolation", "together.txt"))
	if err != nil {
		t.Fatal(err)
	}
	apart, err := results.Open(filepath.Join(root, "results", "isolation", "apart.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"goos", "goarch", "cpu", "go", "gomaxprocs", "kernel", "commit", "catalog", "python", "profile"} {
		if a, b := together.Setting(key), apart.Setting(key); a != b {
			t.Errorf("%s is %q in the one and %q in the other", key, a, b)
		}
	}
}
