package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench/picture"
	"github.com/poolbench/poolbench/bench/report/page"
)

// documentPictures are the pictures of the reference run that documents show,
// by the name that the report has for them.
var documentPictures = []string{"efficiency", "time"}

func TestPicturesOfTheDocumentsAreCurrent(t *testing.T) {
	e, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	pictures, _, err := page.Pictures(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range documentPictures {
		i := slices.IndexFunc(pictures, func(p page.Picture) bool { return p.Slug == slug })
		if i < 0 {
			t.Errorf("the reference run has no picture %s", slug)
			continue
		}
		want := []byte(picture.Standalone(pictures[i].Wide))
		path := filepath.Join(root, "results", "reference", slug+".svg")
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is stale: run go test ./bench/cmd/poolbench -run Documents -update (%v)", path, err)
		}
	}
}
