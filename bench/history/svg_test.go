package history_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/history"
	"github.com/poolbench/poolbench/bench/results"
)

func TestTheDrawingHoldsEverySeriesAndChange(t *testing.T) {
	records := course(40, 0.01, stepped(25, 1.10))
	for _, r := range records {
		r.Cells = append(r.Cells, history.Entry{Name: "B", Lines: 1, Ratios: map[string]float64{results.XRef: 1}})
		r.Reference = `go "f" <&>`
	}
	var b strings.Builder
	if err := history.SVG(&b, find(t, records)); err != nil {
		t.Fatal(err)
	}
	var labels, words []string
	for decoder := xml.NewDecoder(strings.NewReader(b.String())); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, b.String())
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, a := range token.Attr {
				if a.Name.Local == "aria-label" {
					labels = append(labels, a.Value)
				}
			}
		case xml.CharData:
			words = append(words, string(token))
		}
	}
	if !slices.Equal(labels, []string{"history", "A", "B"}) {
		t.Errorf("the pictures are of %q", labels)
	}
	all := strings.Join(words, " ")
	for _, want := range []string{"A", "B", "linux-amd64-2cpu", `go "f" <&>`, "+10.", "0000000"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
		t.Errorf("a place is no number:\n%s", b.String())
	}
}

func TestALoneBuildIsDrawn(t *testing.T) {
	var b strings.Builder
	if err := history.SVG(&b, find(t, course(1, 0, stepped(9, 2)))); err != nil || strings.Contains(b.String(), "NaN") {
		t.Errorf("error %v\n%s", err, b.String())
	}
}
