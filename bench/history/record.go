package history

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/results"
)

// A Record is what one job found of one commit.
type Record struct {
	Machine   string    // the class of machine, which is also the record's folder
	Commit    string    // the revision that was measured
	Made      time.Time // when the commit was made: the order of a series
	Measured  time.Time // when the job ran
	Reference string    // what the ratios are to

	// Settings are other facts of the job, such as "go" and "cpu".
	Settings map[string]string

	Cells []Entry
}

// An Entry is one benchmark of a record.
type Entry struct {
	Package string // import path, empty where the results did not say
	Name    string // without the word Benchmark; with the number of CPUs, if it stood there
	Lines   int    // of the results that the ratios are medians of

	// Ratios are how many times as long as the reference it took, by unit (see
	// the variable Ratios). There is one in x-ref at least.
	Ratios map[string]float64

	// Amounts are what it allocates, by unit (see the variable Amounts); nil
	// where that was not measured. They are no ratios, because they can be
	// compared between days and machines, and because the reference may allocate
	// nothing.
	Amounts map[string]float64
}

// Ratios are the units of time that a record keeps as multiples of a reference.
var Ratios = []string{results.XRef, results.CPUXRef}

// Amounts are the units that a record keeps as they are: stock ones and this
// module's.
var Amounts = []string{"allocs/op", "B/op", results.AllocsPerTask, results.BPerTask}

// Units are all that a record keeps.
func Units() []string { return slices.Concat(Ratios, Amounts) }

// value returns the ratio or the amount in that unit.
func (c Entry) value(unit string) (float64, bool) {
	if v, ok := c.Ratios[unit]; ok {
		return v, true
	}
	v, ok := c.Amounts[unit]
	return v, ok
}

// String is the cell's name in series and errors.
func (c Entry) String() string {
	if c.Package != "" {
		return c.Package + "." + c.Name
	}
	return c.Name
}

// The keys of a record's head. Others are Settings.
const (
	keyMachine   = "machine"
	keyCommit    = "commit"
	keyMade      = "commit-time"
	keyMeasured  = "runstamp"
	keyReference = "reference"
)

var keys = []string{keyMachine, keyCommit, keyMade, keyMeasured, keyReference}

// Kept are the settings of a job that its record keeps: what may explain a
// change that the commit does not.
var Kept = []string{"goos", "goarch", "cpu", "go", "gomaxprocs", "kernel", "catalog", "profile"}

var (
	machineName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)
	commitName  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._+-]{0,99}$`)
	settingName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
)

// check says what makes r no record, or nil.
func (r *Record) check() error {
	switch {
	case !machineName.MatchString(r.Machine):
		return fmt.Errorf("the machine class %q is no name: want lower-case letters, digits, dots, dashes, such as linux-amd64-2cpu", r.Machine)
	case !commitName.MatchString(r.Commit):
		return fmt.Errorf("the commit %q is no revision: want a hash or a tag", r.Commit)
	case !oneLine(r.Reference):
		return fmt.Errorf("the reference %q is no name", r.Reference)
	case !inCalendar(r.Made) || !inCalendar(r.Measured):
		return fmt.Errorf("the commit was made at %v and measured at %v: want dates of this calendar", r.Made, r.Measured)
	case len(r.Cells) == 0:
		return errors.New("it has no cell")
	}
	for _, key := range slices.Sorted(maps.Keys(r.Settings)) {
		if !settingName.MatchString(key) || slices.Contains(keys, key) || key == "pkg" || !oneLine(r.Settings[key]) {
			return fmt.Errorf("the setting %q: %q cannot be written", key, r.Settings[key])
		}
	}
	return nil
}

func oneLine(s string) bool {
	return s != "" && s == strings.Join(strings.Fields(s), " ") && len(s) < 4096
}

func inCalendar(t time.Time) bool { return 1970 <= t.Year() && t.Year() <= 9999 }
