package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/poolbench/poolbench/bench/document"
	"github.com/poolbench/poolbench/bench/results"
)

var update = flag.Bool("update", false, "write what is generated into the documents, instead of comparing")

// folder holds the record.
var folder = filepath.Join("..", "..", "..", "results", "stealing")

func TestGeneratedPartsOfTheDocumentsAreCurrent(t *testing.T) {
	set, err := readRecord(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Refresh(filepath.Join(folder, "README.md"), document.Parts{
		"baremachine": func(b *bytes.Buffer) error { return machineOf(set, b) },
		"barefigures": func(b *bytes.Buffer) error { return figures(set, b) },
	}, *update); err != nil {
		t.Errorf("%v; to write it: go test ./scripts/lab/bare -run Documents -update", err)
	}
}

// readRecord reads all files of a record as one.
func readRecord(folder string) (*results.Set, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no results: measure some with scripts/bare", folder)
	}
	var texts []io.Reader
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		texts = append(texts, bytes.NewReader(text))
	}
	return results.Read(io.MultiReader(texts...), folder)
}

// processors is how many the record was measured on.
func processors(set *results.Set) (int, error) { return strconv.Atoi(set.Setting("gomaxprocs")) }

// figures holds the record against the targets of the pool.
func figures(set *results.Set, b *bytes.Buffer) error {
	n, err := processors(set)
	if err != nil {
		return err
	}
	figures, err := Figures(set, n)
	if err != nil {
		return err
	}
	return WriteFigures(b, figures)
}

// machineOf says where the record was measured.
func machineOf(set *results.Set, b *bytes.Buffer) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(b, "Measured on %s, %s CPUs, %s, Linux %s, in %d runs from %s on, at commit %.12s.\n",
		set.Setting("cpu"), set.Setting("gomaxprocs"), set.Setting("go"), set.Setting("kernel"), len(files), set.Setting("runstamp"), set.Setting("commit"))
	return err
}

func TestTheRecordIsOfOneBuildOnOneMachine(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	var first *results.Set
	for _, file := range files {
		set, err := results.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = set
		}
		for _, key := range []string{"goos", "goarch", "cpu", "go", "gomaxprocs", "kernel", "commit", "catalog"} {
			if got, want := set.Setting(key), first.Setting(key); got != want {
				t.Errorf("%s: %s is %q, in the first file %q", file, key, got, want)
			}
		}
	}
}

func TestInLongBatchesTheFastestLibrariesTakePart(t *testing.T) {
	set, err := readRecord(folder)
	if err != nil {
		t.Fatal(err)
	}
	n, err := processors(set)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckContenders(set, n); err != nil {
		t.Error(err)
	}
}
