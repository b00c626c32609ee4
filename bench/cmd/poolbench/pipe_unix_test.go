//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// pipe makes a named pipe.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("make a named pipe: %v", err)
	}
	return path
}

// fill writes into a pipe once, as another program would.
func fill(t *testing.T, path, text string) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- os.WriteFile(path, []byte(text), 0) }()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestANamedPipeIsReadOnce(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"report":      {[]string{"report", "PIPE"}, "BenchmarkX"},
		"compare":     {[]string{"report", "--compare", "PIPE", "PIPE"}, "No difference was found in ns/op (2 benchmarks)"},
		"page":        {[]string{"report", "PIPE", "--format", "html"}, "<!DOCTYPE html>"},
		"choose":      {[]string{"choose", "--results", "PIPE"}, "Figures: "},
		"add to past": {[]string{"history", "add", "PIPE", "--reference", "Y", "--commit", "1", "--machine", "m", "--dir", t.TempDir()}, "1 cells of 1"},
	} {
		t.Run(name, func(t *testing.T) {
			args := make([]string, len(c.args))
			for i, arg := range c.args {
				if args[i] = arg; arg == "PIPE" {
					args[i] = pipe(t)
					fill(t, args[i], times(6, "BenchmarkX 1 10 ns/op", "BenchmarkY 1 10 ns/op"))
				}
			}
			var out, errs bytes.Buffer
			if code := run(context.Background(), args, strings.NewReader(""), &out, &errs); code != 0 || !strings.Contains(out.String(), c.want) {
				t.Errorf("exit code %d\n%s%s", code, out.String(), errs.String())
			}
		})
	}
}

func TestAReportThatWaitsForItsInputCanBeInterrupted(t *testing.T) {
	for name, args := range map[string][]string{
		"report":  {"report"},
		"compare": {"report", "--compare", pipe(t)},
		"history": {"history", "add", "--commit", "1"},
		"choose":  {"choose", "--results"},
	} {
		t.Run(name, func(t *testing.T) {
			path := pipe(t)
			ctx, cancel := context.WithCancel(context.Background())
			var out, errs bytes.Buffer
			ended := make(chan int)
			go func() { ended <- run(ctx, append(args, path), strings.NewReader(""), &out, &errs) }()
			cancel()
			if code := <-ended; code != exitInterrupted || !strings.Contains(errs.String(), "interrupted") {
				t.Errorf("exit code %d: %s", code, errs.String())
			}
			// What was interrupted still waits for a writer.
			for _, waiting := range append(args, path) {
				if file, err := os.OpenFile(waiting, os.O_RDWR|syscall.O_NONBLOCK, 0); err == nil {
					file.Close()
				}
			}
		})
	}
}

func TestAReportOfStandardInputCanBeInterrupted(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	if code := run(ctx, []string{"report", "-"}, reader, &out, &errs); code != exitInterrupted {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}
