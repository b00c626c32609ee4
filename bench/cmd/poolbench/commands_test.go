package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fence is a block of commands in a document.
var fence = regexp.MustCompile("(?s)```sh\n(.*?)```")

func TestEveryDocumentedCommandWorks(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range documents {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		blocks := fence.FindAllSubmatch(text, -1)
		for _, block := range blocks {
			for line := range strings.Lines(string(block[1])) {
				line = strings.TrimSpace(line)
				t.Run(line, func(t *testing.T) {
					args := words(t, line)
					switch {
					case len(args) > 2 && strings.Join(args[:3], " ") == "go tool poolbench":
						cmd := exec.Command(exe)
						cmd.Args = append([]string{"poolbench"}, args[3:]...)
						cmd.Dir = t.TempDir()
						if args[3] == "report" {
							cmd.Dir = folder
						}
						cmd.Env = append(os.Environ(), smokeVariable+"=1")
						succeed(t, cmd)
					case len(args) > 2 && strings.Join(args[:3], " ") == "go tool benchstat":
						cmd := exec.Command("go", args[1:]...)
						cmd.Dir = folder
						if out := succeed(t, cmd); !strings.Contains(out, "handrolled") {
							t.Errorf("the table names no strategy:\n%s", out)
						}
					case len(args) > 2 && strings.Join(args[:2], " ") == "go test":
						checkTestCommand(t, folder, args[2:])
					default:
						t.Error("this test does not know how to run it")
					}
				})
			}
		}
	}
}

// succeed runs a command and returns what it printed.
func succeed(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(out) == 0 {
		t.Error("it printed nothing")
	}
	return string(out)
}

// checkTestCommand reads a test command, which this test is part of and so
// cannot run: its packages and the tests or benchmarks that it selects must
// exist.
func checkTestCommand(t *testing.T, folder string, args []string) {
	var packages []string
	selected := "."
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-bench", arg == "-run":
			i++
			if pattern, _, _ := strings.Cut(args[i], "/"); pattern != "^$" {
				selected = pattern
			}
		case arg == "-update":
		case strings.HasPrefix(arg, "-"):
			t.Errorf("flag %s is not expected here", arg)
		default:
			packages = append(packages, arg)
		}
	}
	list := exec.Command("go", append([]string{"test", "-list", selected}, packages...)...)
	if packages[0] == "./..." {
		list = exec.Command("go", "list", "./...") // to list the tests of all would build them all
	}
	list.Dir = folder
	out := succeed(t, list)
	if !regexp.MustCompile(`(?m)^(Test|Benchmark|github\.com/poolbench)`).MatchString(out) {
		t.Errorf("%v selects nothing:\n%s", args, out)
	}
}

// words splits a command line as a shell does, as far as the documents need it.
func words(t *testing.T, line string) (out []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		if strings.ContainsAny(m[2], "|<>&;$\"") {
			t.Fatalf("%s: this test cannot read %q", line, m[2])
		}
		out = append(out, m[1]+m[2])
	}
	return out
}
