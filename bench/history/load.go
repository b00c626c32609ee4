package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/poolbench/poolbench/bench/results"
)

// Holds tells whether a path is of a history: a record, the folder of a machine
// class, or the folder that those lie in. It looks at the head of one file and
// no further, so that a broken record is found by [Load]. A path that cannot be
// looked at is an error.
func Holds(path string) (bool, error) {
	at, err := os.Stat(path)
	switch {
	case err != nil:
		return false, fmt.Errorf("read results: %w", err)
	case !at.IsDir():
		return isRecord(path)
	}
	holds, err := recordIn(path, "*"+extension)
	if !holds && err == nil {
		return recordIn(path, "*/*"+extension)
	}
	return holds, err
}

// recordIn tells whether one of the files in a folder is a record.
func recordIn(folder, pattern string) (bool, error) {
	files, err := fs.Glob(os.DirFS(folder), pattern)
	if err != nil {
		return false, fmt.Errorf("look for a history in %s: %w", folder, err)
	}
	for _, file := range files {
		if is, err := isRecord(filepath.Join(folder, file)); is || err != nil {
			return is, err
		}
	}
	return false, nil
}

// isRecord tells whether a file begins with the settings that every record has.
func isRecord(path string) (bool, error) {
	// What is no file, such as a pipe, may be readable only once.
	if at, err := os.Stat(path); err != nil || !at.Mode().IsRegular() {
		return false, err
	}
	head, err := results.Head(path)
	if errors.As(err, new(*fs.PathError)) {
		return false, err
	}
	return complete(head), nil // what is no text is no record
}

// IsRecord tells whether results are a record of a history: they have the settings
// that every record has.
func IsRecord(set *results.Set) bool { return complete(set.Settings) }

func complete(head []results.Setting) bool {
	found := 0
	for _, s := range head {
		if slices.Contains(keys, s.Key) {
			found++
		}
	}
	return found == len(keys)
}

// Load returns the records at several paths, each as Holds takes it, in the
// order of [Read]. What lies at two of them counts once.
func Load(paths ...string) ([]*Record, error) {
	var all []*Record
	var errs []error
	for _, path := range paths {
		records, err := load(path)
		all = append(all, records...)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return InOrder(all), nil
}

// InOrder sorts records as [Read] does, each once.
func InOrder(all []*Record) []*Record {
	inOrder(all)
	type job struct {
		machine, commit, measured string
	}
	seen := make(map[job]bool)
	return slices.DeleteFunc(all, func(r *Record) bool {
		this := job{r.Machine, r.Commit, r.Measured.String()}
		again := seen[this]
		seen[this] = true
		return again
	})
}

func load(path string) ([]*Record, error) {
	at, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the history: %w", err)
	case !at.IsDir():
		r, err := readRecord(path)
		return []*Record{r}, err
	}
	machine, err := recordIn(path, "*"+extension)
	switch {
	case err != nil:
		return nil, err
	case !machine:
		return Read(path)
	}
	// Records are checked against the name of their folder, which "." hides.
	if base := filepath.Base(path); base == "." || base == ".." {
		if path, err = filepath.Abs(path); err != nil {
			return nil, fmt.Errorf("read the history: %w", err)
		}
	}
	return readMachine(path)
}
