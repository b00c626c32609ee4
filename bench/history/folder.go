package history

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrPresent is what Add returns for a record that is there already.
var ErrPresent = errors.New("the same record is there already")

// temporary begins the names of files that are being written. What a program
// that was killed leaves of them is no record.
const temporary = ".adding-"

// Add puts a record into the history in the folder dir, which it makes if it is
// not there, and returns its path. The record is there whole or not at all, also
// when the disk is full, the program is killed, or others add at the same time.
//
// A machine, a commit and the time of measuring have one record. Adding it again
// changes nothing and returns its path with ErrPresent; adding one that says
// something else is an error.
func Add(dir string, r *Record) (string, error) {
	text, err := r.marshal()
	if err == nil {
		err = survives(text)
	}
	if err != nil {
		return "", fmt.Errorf("invalid record: %w", err)
	}
	folder := filepath.Join(dir, r.Machine)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder of machine class %s: %w", r.Machine, err)
	}
	path := filepath.Join(folder, r.fileName())
	written, err := writeTemporary(folder, text)
	if err != nil {
		return "", fmt.Errorf("write the record; the history is as it was: %w", err)
	}
	defer os.Remove(written)

	// A link, unlike a rename, fails when the name is taken.
	switch err := os.Link(written, path); {
	case errors.Is(err, fs.ErrExist):
		there, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("compare with the record that is there: %w", err)
		}
		if !bytes.Equal(there, text) {
			return "", fmt.Errorf("%s holds another record of this commit and time: a record is never replaced; measure again, or choose another folder", path)
		}
		return path, ErrPresent
	case err != nil:
		return "", fmt.Errorf("put the record in its place; the history is as it was: %w", err)
	}
	return path, syncFolder(folder)
}

// fileName orders the records of a folder by the time they were measured.
func (r *Record) fileName() string {
	return r.Measured.UTC().Format("20060102T150405Z") + "-" + r.Commit[:min(12, len(r.Commit))] + extension
}

const extension = ".txt"

// survives says whether a record reads back as it was written: names of
// benchmarks come from anywhere.
func survives(text []byte) error {
	back, err := unmarshal(bytes.NewReader(text), "record")
	if err != nil {
		return fmt.Errorf("it does not read back: %w", err)
	}
	again, err := back.marshal()
	if err != nil {
		return err
	}
	if !bytes.Equal(text, again) {
		return errors.New("it does not read back as it was written")
	}
	return nil
}

// writeTemporary writes a file beside the records, down to the disk.
func writeTemporary(folder string, text []byte) (path string, err error) {
	file, err := os.CreateTemp(folder, temporary+"*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// Read returns the records in the folder dir, in the order in which their
// commits were made. Anything in it that is no record is an error, up to other
// files than .txt, which may lie beside.
func Read(dir string) ([]*Record, error) {
	machines, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	var records []*Record
	var errs []error
	for _, machine := range machines {
		if !machine.IsDir() || strings.HasPrefix(machine.Name(), ".") {
			continue
		}
		of, err := readMachine(filepath.Join(dir, machine.Name()))
		records = append(records, of...)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	inOrder(records)
	return records, nil
}

// inOrder sorts records by when their commits were made.
func inOrder(records []*Record) {
	slices.SortStableFunc(records, func(a, b *Record) int {
		return cmp.Or(a.Made.Compare(b.Made), a.Measured.Compare(b.Measured))
	})
}

// readMachine reads the records of one machine class.
func readMachine(folder string) (records []*Record, err error) {
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	type job struct {
		commit   string
		measured time.Time
	}
	seen := make(map[job]string)
	var errs []error
	for _, file := range files {
		if file.IsDir() || filepath.Ext(file.Name()) != extension || strings.HasPrefix(file.Name(), ".") {
			continue
		}
		path := filepath.Join(folder, file.Name())
		if !file.Type().IsRegular() {
			errs = append(errs, fmt.Errorf("%s:1: it is no regular file, and so no record", path))
			continue
		}
		r, err := readRecord(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if r.Machine != filepath.Base(folder) {
			errs = append(errs, fmt.Errorf("%s:1: the record is of machine class %s: it belongs into the folder of that name", path, r.Machine))
		}
		this := job{r.Commit, r.Measured}
		if other := seen[this]; other != "" {
			errs = append(errs, fmt.Errorf("%s:1: %s is a record of the same commit and time: remove one of them", path, other))
		}
		seen[this] = path
		records = append(records, r)
	}
	if broken := len(errs); broken > maxErrors {
		errs = append(errs[:maxErrors], fmt.Errorf("%s: and %d more broken records", folder, broken-maxErrors))
	}
	return records, errors.Join(errs...)
}

func readRecord(path string) (*Record, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	defer file.Close()
	return unmarshal(file, path)
}
