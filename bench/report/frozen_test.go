package report

import (
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/claim"
	"github.com/poolbench/poolbench/bench/compare"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/results"
)

var freeze = flag.Bool("freeze", false, "write down the comparison of the frozen files anew")

// TestComparisonOfFrozenFilesDoesNotMove compares two runs that never change by
// their multiples of the reference, which is what runs of poolbench were
// compared by when the files were frozen.
func TestComparisonOfFrozenFilesDoesNotMove(t *testing.T) {
	const golden = "testdata/compared.tsv"
	var got strings.Builder
	words := map[compare.Verdict]string{compare.Worse: "higher", compare.Better: "lower"} // of a unit of which less is better
	c := Compare([]Run{{Evidence: frozen(t, "isolation-together")}}, []Run{{Evidence: frozen(t, "isolation-apart")}}, claim.Negligible, compare.Choice{Units: []string{results.XRef}})
	for _, r := range c.Rows {
		verdict := cmp.Or(words[r.Verdict], string(r.Verdict))
		fmt.Fprintf(&got, "%s\t%s\t%.10g\t%.10g\t%.10g\t%d\t%d\t%s\n", r.Benchmark, r.Unit.Name, r.Ratio.Estimate, r.Ratio.Low, r.Ratio.High, r.Base.N, r.Head.N, verdict)
	}
	if *freeze {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the comparison of frozen files has moved:\n%s\nwant:\n%s", got.String(), want)
	}
}

func frozen(t *testing.T, name string) *question.Evidence {
	t.Helper()
	f, err := os.Open("../question/testdata/frozen/" + name + ".txt.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	set, err := results.Read(io.Reader(z), name)
	if err != nil {
		t.Fatal(err)
	}
	return question.NewEvidence(set)
}
