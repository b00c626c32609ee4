package history_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/history"
)

func TestTheDrawingHasEveryBuildLevelAndChange(t *testing.T) {
	records := course(40, 0.01, stepped(25, 1.10))
	for _, r := range records {
		r.Reference = `go "f" <&>`
	}
	var b strings.Builder
	if err := history.SVG(&b, find(t, records)); err != nil {
		t.Fatal(err)
	}
	count := make(map[string]int)
	var words []string
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
				if a.Name.Local == "class" {
					count[a.Value]++
				}
			}
		case xml.CharData:
			words = append(words, string(token))
		}
	}
	if count["build"] != 40 || count["level"] != 2 || count["change"] != 1 {
		t.Errorf("drawn are %v", count)
	}
	all := strings.Join(words, " ")
	for _, want := range []string{"A", `go "f" <&>`, "+10.", "0000025", "0000000", "0000039"} {
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
