package report

import (
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

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
	for _, c := range Compare(frozen(t, "isolation-together"), frozen(t, "isolation-apart")).Changes {
		if c.Unit == results.XRef {
			fmt.Fprintf(&got, "%s\t%s\t%.10g\t%.10g\t%.10g\t%d\t%d\t%s\n", c.Cell, c.Unit, c.Ratio.Estimate, c.Ratio.Low, c.Ratio.High, c.Base.N, c.Head.N, c.Verdict)
		}
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
