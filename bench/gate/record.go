package gate

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A Record is a gate as it was measured, from which its verdict can be worked
// out again.
type Record struct {
	Plan    Plan
	Entries []Entry
}

// Pack writes what a gate's folder holds into one file: the plan, then a line
// for each entry of the journal, all of it compressed with gzip.
func Pack(folder, path string) (err error) {
	plan, err := readPlan(folder)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	journal, err := os.Open(filepath.Join(folder, journalFile))
	if err != nil {
		return fmt.Errorf("pack the journal: %w", err)
	}
	defer journal.Close()
	// In one step: who finds the file finds all of it.
	temporary := path + ".new"
	file, err := os.Create(temporary)
	if err != nil {
		return fmt.Errorf("pack %s: %w", folder, err)
	}
	out, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err == nil {
		err = json.NewEncoder(out).Encode(plan)
	}
	if err == nil {
		_, err = io.Copy(out, journal)
	}
	if err == nil {
		err = out.Close()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return fmt.Errorf("pack %s: %w", folder, err)
	}
	return nil
}

// ReadRecord reads what Pack has written.
func ReadRecord(path string) (*Record, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the record of a gate: %w", err)
	}
	defer file.Close()
	in, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("read the record of a gate %s: %w", path, err)
	}
	lines := json.NewDecoder(in)
	r := &Record{}
	if err := lines.Decode(&r.Plan); err != nil {
		return nil, fmt.Errorf("%s:1: %w", path, err)
	}
	if err := r.Plan.check(); err != nil {
		return nil, fmt.Errorf("%s:1: %w", path, err)
	}
	for {
		var e Entry
		err := lines.Decode(&e)
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, len(r.Entries)+2, err)
		}
		r.Entries = append(r.Entries, e)
	}
}

// Result is what the gate found, worked out from its pairs anew.
func (r *Record) Result() (Result, error) {
	g := &Gate{plan: &r.Plan}
	if err := g.replay("record", r.Entries); err != nil {
		return Result{}, err
	}
	return g.Result(), nil
}
