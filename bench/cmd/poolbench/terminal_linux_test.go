package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// onTerminal runs this command on a terminal of some columns, and returns what
// it wrote there. What is written to the other of its outputs is dropped.
func onTerminal(t *testing.T, columns int, stream string, env []string, args ...string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	defer master.Close()
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)})
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	cmd := exec.Command("poolbench", args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "COLUMNS=", "NO_COLOR=", "TERM=xterm-256color")
	cmd.Env = append(cmd.Env, env...)
	switch stream {
	case "stdout":
		cmd.Stdout = slave
	case "stderr":
		cmd.Stderr = slave
	}
	var shown bytes.Buffer
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(&shown, master) // until nothing holds the other end any more
	}()
	err = cmd.Run()
	slave.Close()
	<-read
	if err != nil {
		t.Fatalf("%v\n%s", err, shown.String())
	}
	return strings.ReplaceAll(shown.String(), "\r\n", "\n")
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestTextIsAsWideAsTheTerminal(t *testing.T) {
	t.Parallel()
	folder, err := filepath.Abs(filepath.Join(root, "results", "quick"))
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"report", folder}, {"choose", "--results", folder}, {"list"}, {"gate", "--help"}, {"--help"}, {"check", "--strategy", "serial"},
	} {
		for _, columns := range []int{40, 80, 200} {
			t.Run(fmt.Sprint(args[0], " ", columns), func(t *testing.T) {
				text := escapes.ReplaceAllString(onTerminal(t, columns, "stdout", nil, args...), "")
				longest := 0
				for line := range strings.Lines(text) {
					line = strings.TrimRight(line, "\n")
					if width(line) > columns && len(strings.Fields(line)) > 2 && !strings.HasPrefix(strings.TrimLeft(line, " "), "poolbench ") {
						t.Errorf("%d columns: %q", width(line), line)
					}
					longest = max(longest, width(line))
				}
				if args[0] == "report" && longest < columns-20 {
					t.Errorf("of %d columns only %d are used", columns, longest)
				}
			})
		}
	}
	t.Run("as COLUMNS says", func(t *testing.T) {
		for line := range strings.Lines(onTerminal(t, 200, "stdout", []string{"COLUMNS=60"}, "report", folder, "--question", "memory")) {
			if width(escapes.ReplaceAllString(line, "")) > 61 {
				t.Errorf("%q", line)
			}
		}
	})
}

func TestColoursAreUsedWhereTheyAreWanted(t *testing.T) {
	t.Parallel()
	folder, err := filepath.Abs(filepath.Join(root, "results", "quick"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		terminal bool
		env      []string
		flags    []string
		colours  bool
	}{
		{"on a terminal", true, nil, nil, true},
		{"not on one that cannot", true, []string{"TERM=dumb"}, nil, false},
		{"not with NO_COLOR", true, []string{"NO_COLOR=1"}, nil, false},
		{"not with --color=never", true, nil, []string{"--color=never"}, false},
		{"with --color=always, whatever the environment says", true, []string{"NO_COLOR=1", "TERM=dumb"}, []string{"--color=always"}, true},
		{"not in a file", false, nil, nil, false},
		{"in a file with --color=always", false, nil, []string{"--color", "always"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			stream := "stdout"
			if !c.terminal {
				stream = "stderr"
			}
			args := append([]string{"report", folder, "--question", "memory"}, c.flags...)
			var text string
			if c.terminal {
				text = onTerminal(t, 80, stream, c.env, args...)
			} else {
				cmd := exec.Command("poolbench", args...)
				cmd.Env = append(os.Environ(), "NO_COLOR=", "TERM=xterm")
				text = succeed(t, cmd)
			}
			if got := strings.Contains(text, "\x1b[1m[memory]"); got != c.colours || !c.colours && strings.Contains(text, "\x1b") {
				t.Errorf("coloured is %v, want %v:\n%q", got, c.colours, text)
			}
		})
	}
}

func TestARunDrawsItsBarInOneLineOfTheTerminal(t *testing.T) {
	t.Parallel()
	measuring.Lock()
	defer measuring.Unlock()
	args := []string{"run", "--time", "10ms", "--strategy", "semaphore", "--question", "stack", "--out", "out"}
	for _, c := range []struct {
		columns int
		env     []string
		bar     string // in what is written; "": none
	}{
		{80, nil, "["},
		{40, nil, " %, "},
		{80, []string{"TERM=dumb"}, ""},
	} {
		t.Run(fmt.Sprint(c.columns, c.env), func(t *testing.T) {
			text := onTerminal(t, c.columns, "stderr", c.env, args...)
			shown := &screen{columns: c.columns}
			_, _ = shown.Write([]byte(text))
			if c.bar == "" {
				if strings.Contains(text, "\r") {
					t.Errorf("a terminal that cannot go back gets %q", text)
				}
				return
			}
			_, after, _ := strings.Cut(text, "\r")
			if !strings.Contains(after, c.bar) || strings.Contains(after, "\n") {
				t.Errorf("it writes %q", text)
			}
			if last := shown.lines[len(shown.lines)-1]; strings.TrimSpace(string(last)) != "" {
				t.Errorf("it leaves behind\n%s", shown)
			}
		})
	}
}
