package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/poolbench/poolbench/bench/bare"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// bareFolder holds the record of bare pools, below the root.
var bareFolder = filepath.Join(root, "results", "stealing")

// bareRecord reads all files of a record as one.
func bareRecord(folder string) (*results.Set, error) {
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

// bareFigures holds the record against the targets of the pool.
func bareFigures(b *bytes.Buffer) error {
	set, err := bareRecord(bareFolder)
	if err != nil {
		return err
	}
	processors, err := strconv.Atoi(set.Setting("gomaxprocs"))
	if err != nil {
		return err
	}
	figures, err := bare.Figures(set, catalog.All, processors)
	if err != nil {
		return err
	}
	return bare.WriteFigures(b, figures)
}

// bareMachine says where the record was measured.
func bareMachine(b *bytes.Buffer) error {
	set, err := bareRecord(bareFolder)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(bareFolder, "*.txt"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(b, "Measured on %s, %s CPUs, %s, Linux %s, in %d runs from %s on, at commit %.12s.\n",
		set.Setting("cpu"), set.Setting("gomaxprocs"), set.Setting("go"), set.Setting("kernel"), len(files), set.Setting("runstamp"), set.Setting("commit"))
	return err
}

func TestTheRecordOfBarePoolsIsOfOneBuildOnOneMachine(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(bareFolder, "*.txt"))
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

func TestBareSaysWhatItWants(t *testing.T) {
	out := filepath.Join(t.TempDir(), "results.txt")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"bare", "--blocks", "1"}, "--out: want a file"},
		{[]string{"bare", "--out", out}, "want an end"},
		{[]string{"bare", "--out", out, "--blocks", "1", "--group", "noob-kept-2-1000"}, `did you mean "noop-kept-2-1000"?`},
	} {
		var stderr bytes.Buffer
		code := run(t.Context(), c.args, bytes.NewReader(nil), io.Discard, &stderr)
		if code != exitUsage || !bytes.Contains(stderr.Bytes(), []byte(c.want)) {
			t.Errorf("%v: exit %d, %q; want %d and %q", c.args, code, &stderr, exitUsage, c.want)
		}
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a file of results: %v", err)
	}
}

func TestInLongBatchesTheFastestLibrariesTakePart(t *testing.T) {
	set, err := bareRecord(bareFolder)
	if err != nil {
		t.Fatal(err)
	}
	processors, err := strconv.Atoi(set.Setting("gomaxprocs"))
	if err != nil {
		t.Fatal(err)
	}
	if err := bare.CheckContenders(set, catalog.All, processors); err != nil {
		t.Error(err)
	}
}
