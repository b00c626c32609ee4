package main

import (
	"cmp"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/history"
)

// date fills in when the commit was made and when it was measured, and says
// where the former is from.
func (o *addOptions) date(record *history.Record, job *history.Job) (from string, err error) {
	record.Measured = job.Modified
	if said := job.Settings["runstamp"]; said != "" {
		if record.Measured, err = time.Parse(time.RFC3339, said); err != nil {
			return "", fmt.Errorf("the results say \"runstamp: %s\": want a time such as 2026-01-15T12:00:00Z", said)
		}
	}
	record.Measured = record.Measured.Truncate(time.Second)
	for _, source := range []struct{ made, from string }{
		{o.made, "--time"},
		{job.Settings["commit-time"], "commit-time in the results"},
		{commitDate(record.Commit), "the date that git has of it"},
	} {
		if source.made == "" {
			continue
		}
		if record.Made, err = time.Parse(time.RFC3339, source.made); err != nil {
			return "", fmt.Errorf("%s is %q: want a time such as 2026-01-15T12:00:00Z", source.from, source.made)
		}
		return source.from, nil
	}
	record.Made = record.Measured
	return "when it was measured", nil
}

// commitOf is the commit that a revision stands for in the current repository, or
// the revision as it is where git knows none: tomorrow HEAD is another.
func commitOf(revision string) string {
	if revision == "" {
		return ""
	}
	commit := git("rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if strings.HasPrefix(commit, revision) {
		return revision
	}
	return cmp.Or(commit, revision)
}

// commitDate is when a commit of the current repository was made, as git says,
// and empty where there is no such commit in it: results may well be added
// elsewhere.
func commitDate(commit string) string {
	return git("log", "-1", "--no-show-signature", "--format=%cI", "--end-of-options", commit+"^{commit}", "--")
}

// git is what git says of the current repository, and empty where there is no
// git, no repository or an error.
func git(args ...string) string {
	said, err := exec.Command("git", args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(said))
}
