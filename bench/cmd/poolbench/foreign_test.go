package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// foreign starts a server that is a program of its own, in another language,
// and sets a variable to where it listens, which must be the first line that it
// prints: foreign VARIABLE SCRIPT ARG...
func foreign(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: foreign VARIABLE SCRIPT ARG...")
	}
	cmd := exec.Command("python3", append([]string{ts.MkAbs(args[1])}, args[2:]...)...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // which tells that it was killed
	})
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	ts.Check(err)
	ts.Setenv(args[0], strings.TrimSpace(addr))
}
