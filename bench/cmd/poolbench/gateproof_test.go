package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/poolbench/poolbench/bench/gate/proof"
)

// gateRecords are the committed records of what the gate is worth.
var gateRecords = sync.OnceValues(func() (proof.Folder, error) {
	return proof.Open(filepath.Join(root, "results", "gate"))
})

// proved is a part of the page on those records.
func proved(name string) func(*bytes.Buffer) error {
	return func(b *bytes.Buffer) error {
		folder, err := gateRecords()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(proof.Parts, func(p proof.Part) bool { return p.Name == name })
		if i < 0 {
			return fmt.Errorf("package proof has no part %s", name)
		}
		text, err := proof.Parts[i].Text(folder)
		b.WriteString(text)
		return err
	}
}

func TestThePageOnTheGateHasAPlaceForAllThatIsProved(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "results", "gate", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proof.Parts {
		if !strings.Contains(string(page), "<!-- begin: "+p.Name+" -->") {
			t.Errorf("it has none for %s", p.Name)
		}
	}
}
