package main

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// The exit codes, which every command shares.
const (
	exitOK           = 0
	exitBad          = 1   // the check failed: a broken guarantee, a wrong result
	exitUsage        = 2   // usage or environment: nothing was measured
	exitUnmeasurable = 3   // something cannot be measured or compared, and so is not judged
	exitInterrupted  = 130 // by Ctrl-C or SIGTERM; finished work stays readable
)

const exitHelp = `Exit codes: 0 done; 1 check failed: a broken guarantee, a wrong result or a
regression; 2 usage or environment; 3 something cannot be measured or compared;
130 interrupted, with finished work left readable.`

// An exitError is an error that decides the exit code.
type exitError struct {
	code int
	err  error // nil when all has been said
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// bad is the error of a check that failed.
func bad(err error) error { return &exitError{exitBad, err} }

// exitCode prints err, if it is one to print, and returns the code for it.
// What no command has classified is a matter of usage or environment.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	var exit *exitError
	switch {
	case errors.As(err, &exit):
	case errors.Is(err, context.Canceled):
		exit = &exitError{exitInterrupted, errors.New("interrupted")}
	default:
		exit = &exitError{exitUsage, err}
	}
	if exit.err != nil {
		fmt.Fprintln(stderr, "poolbench:", exit.err)
	}
	return exit.code
}
