package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestRemarksSayWhyProcessesDoNotCount(t *testing.T) {
	text := "goos: linux\nINVALID Echo/strategy=pond: late: by 2 ms\nBenchmarkEcho/strategy=pond 1 1 invalid-share\n" +
		"INVALID Echo/strategy=pond: late: by 2 ms\nINVALID Echo/strategy=ants: no steady state\nINVALID\nINVALIDATED x: y\n" +
		strings.Repeat("long", 3000) + "\nINVALID last: " + strings.Repeat("x", 9000) + "\n"
	got, err := Remarks(strings.NewReader(text))
	if err != nil || len(got) != 3 || !slices.Equal(got[:2], []Remark{{"Echo/strategy=pond", "late: by 2 ms"}, {"Echo/strategy=ants", "no steady state"}}) ||
		got[2].Cell != "last" || len(got[2].Reason) > longestRemark {
		t.Errorf("got %d remarks: %.200v, %v", len(got), got, err)
	}
}

func TestRemarksWithoutEndAreNotKept(t *testing.T) {
	var b strings.Builder
	for i := range 3 * mostRemarks {
		fmt.Fprintf(&b, "INVALID cell%d: late\n", i)
	}
	if got, err := Remarks(strings.NewReader(b.String())); err != nil || len(got) != mostRemarks {
		t.Errorf("%d are kept: %v", len(got), err)
	}
	if _, err := Remarks(io.MultiReader(strings.NewReader("a\n"), broken{})); err == nil {
		t.Error("what cannot be read is no error")
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
