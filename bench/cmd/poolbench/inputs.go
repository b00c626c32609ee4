package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/spf13/cobra"
)

// standardInput is the name of a file that stands for standard input.
const standardInput = "-"

// strictFlag adds the flag --strict, which readResults looks at.
func strictFlag(cmd *cobra.Command) {
	cmd.Flags().Bool("strict", false, "fail if a line of a results file cannot be read, instead of skipping it")
}

// readResults reads a results file, or standard input, once. What of it could not
// be read is said on standard error, unless --strict makes it an error.
func readResults(cmd *cobra.Command, path string) (*results.Set, error) {
	var set *results.Set
	var err error
	path = resultsIn(path)
	switch {
	case path == standardInput:
		set, err = results.Read(cmd.InOrStdin(), "standard input")
	case isFolder(path):
		err = noResults(path)
	default:
		set, err = results.Open(path)
	}
	if err != nil {
		return nil, err
	}
	if set.Modified.IsZero() {
		set.Modified = time.Now() // it was written just now
	}
	if skipped := set.Strict(); skipped != nil {
		if strict, err := cmd.Flags().GetBool("strict"); err == nil && strict {
			return nil, fmt.Errorf("with --strict no line is skipped:\n%w", skipped)
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "poolbench: skipped what cannot be read (a benchmark that prints breaks its own line: let it use b.Log):\n%v\n", skipped)
	}
	return set, nil
}

// refuseTwice is the error for standard input that is named more than once.
func refuseTwice(paths ...string) error {
	if i := slices.Index(paths, standardInput); i >= 0 && slices.Contains(paths[i+1:], standardInput) {
		return fmt.Errorf("%s stands for standard input, which can be read once: keep it in a file, or name it once", standardInput)
	}
	return nil
}

// interruptible does something that may wait, as for what writes into a pipe, or
// take long, until the context ends. What it does then goes on: the program is
// about to end.
func interruptible(ctx context.Context, do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
