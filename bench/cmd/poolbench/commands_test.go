package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// fence is a block of commands in a document.
var fence = regexp.MustCompile("(?s)```sh\n(.*?)```")

func TestEveryDocumentedCommandWorks(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	done := make(map[string]bool) // a command that several documents have runs once
	for _, name := range slices.Concat(documents, written) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		blocks := fence.FindAllSubmatch(text, -1)
		for _, block := range blocks {
			server := new(documentedServer)
			for line := range strings.Lines(string(block[1])) {
				line = strings.TrimSpace(line)
				if done[line] && server.cmd == nil {
					continue
				}
				done[line] = true
				t.Run(line, func(t *testing.T) {
					args := words(t, line)
					switch {
					case len(args) > 3 && strings.Join(args[:4], " ") == "go tool poolbench serve":
						server.start(t, exe, args[3:])
					case len(args) > 3 && server.cmd != nil && args[2] == "poolbench":
						server.use(t, exe, args[3:])
					case len(args) > 2 && strings.Join(args[:3], " ") == "go tool poolbench":
						cmd := exec.Command(exe)
						cmd.Args = append([]string{"poolbench"}, args[3:]...)
						cmd.Dir = t.TempDir()
						switch args[3] {
						case "report", "history":
							cmd.Dir = folder
							if len(args) > 4 && args[4] == "add" { // the committed history stays as it is
								cmd.Args = append(cmd.Args, "--dir", t.TempDir())
							}
						case "gate":
							measuring.Lock()
							defer measuring.Unlock()
							cmd.Dir = slowedRepository(t)
							cmd.Args = append(cmd.Args, "--budget", "3s", "--seed", "1")
							if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "REGRESSED") {
								t.Errorf("exit code %d, want 1 for what regressed:\n%s", cmd.ProcessState.ExitCode(), out)
							}
							return
						}
						cmd.Env = append(os.Environ(), smokeVariable+"=1")
						succeed(t, cmd)
					case len(args) > 2 && strings.Join(args[:3], " ") == "go tool benchstat":
						cmd := exec.Command("go", args[1:]...)
						cmd.Dir = folder
						if out := succeed(t, cmd); !strings.Contains(out, "handrolled") {
							t.Errorf("the table names no strategy:\n%s", out)
						}
						checkBenchstat(t, folder, args[3:])
					case len(args) > 2 && strings.Join(args[:2], " ") == "go test":
						checkTestCommand(t, folder, args[2:])
					default:
						t.Error("this test does not know how to run it")
					}
				})
			}
			server.stop(t)
		}
	}
}

// slowedRepository is the small repository of the gate's script, with the
// slowdown in its working tree.
func slowedRepository(t *testing.T) string {
	t.Helper()
	script, err := txtar.ParseFile(filepath.Join("testdata", "script", "gate.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	slow := []byte(nil)
	for _, f := range script.Files {
		name, in := strings.CutPrefix(f.Name, "repo/")
		if !in {
			continue
		}
		if name == "slow.txt" {
			slow = f.Data
		}
		if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "work.go"), slow, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A documentedServer is what a documented serve starts, for the lines below it
// in the same block. It listens on another port than the documents say, because
// that may be taken.
type documentedServer struct {
	cmd                   *exec.Cmd
	documented, listensAt string
}

// start runs a documented serve until it listens.
func (s *documentedServer) start(t *testing.T, exe string, args []string) {
	i := slices.Index(args, "--addr")
	if i < 0 {
		t.Fatal("it does not say where: give --addr, so that the lines below can be understood")
	}
	s.documented, args[i+1] = args[i+1], "127.0.0.1:0"
	s.cmd = exec.Command(exe)
	s.cmd.Args = append([]string{"poolbench"}, args...)
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	s.listensAt = strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	if err != nil || s.listensAt == strings.TrimSpace(line) {
		t.Fatalf("it does not say where it listens, but %q, %v", line, err)
	}
}

// use runs a documented client or load. A load is cut short, and whether so
// short a one is valid is a matter of the machine; it must come to a verdict.
func (s *documentedServer) use(t *testing.T, exe string, args []string) {
	for i := range args {
		if args[i] == s.documented {
			args[i] = s.listensAt
		}
	}
	if args[0] == "load" {
		args = append(args, "--duration", "100ms", "--warmup", "10ms")
	}
	cmd := exec.Command(exe)
	cmd.Args = append([]string{"poolbench"}, args...)
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader("hello\n")
	out, err := cmd.CombinedOutput()
	if want := map[string]string{"client": "HELLO", "load": "VALID"}[args[0]]; want == "" || !strings.Contains(string(out), want) {
		t.Errorf("it does not say %q, %v:\n%s", want, err, out)
	}
}

// stop asks the server to end, if there is one, which it must do well.
func (s *documentedServer) stop(t *testing.T) {
	if s.cmd == nil {
		return
	}
	if runtime.GOOS == "windows" { // knows no such request
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		return
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the documented server did not end well: %v", err)
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
	var names []string // of benchmarks, when a part of them is selected
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-bench", arg == "-run":
			i++
			if args[i] == "^$" {
				continue
			}
			selected, _, _ = strings.Cut(args[i], "/")
			if arg == "-bench" && strings.Contains(args[i], "/") {
				names = append(names, args[i])
			}
		case arg == "-update":
		case strings.HasPrefix(arg, "-"):
			t.Errorf("flag %s is not expected here", arg)
		default:
			packages = append(packages, arg)
		}
	}
	list := exec.Command("go", append([]string{"test", "-list", selected}, packages...)...)
	if packages[0] == "work" {
		list = exec.Command("go", "list", "work") // to list the tests of all would build them all
	}
	list.Dir = folder
	out := succeed(t, list)
	if !regexp.MustCompile(`(?m)^(Test|Benchmark|github\.com/poolbench)`).MatchString(out) {
		t.Errorf("%v selects nothing:\n%s", args, out)
	}
	for _, pattern := range names {
		if len(selectedCells(pattern)) == 0 {
			t.Errorf("-bench %q selects no cell of the quick profile", pattern)
		}
	}
}

// selectedCells lists the cells that BenchmarkFanout runs for a pattern. As in
// the testing package, the pattern is cut at its slashes, and each piece must
// match the piece of the name in its place.
func selectedCells(pattern string) (cells []string) {
	pieces := strings.Split(pattern, "/")
	for _, g := range bench.Quick.Groups(bench.Selection{Strategies: catalog.All}) {
		for _, c := range g.Cells {
			name := strings.Split("Benchmark"+c.Name(), "/")
			matches := c.Measure == bench.Fanout && len(pieces) <= len(name)
			for i := 0; matches && i < len(pieces); i++ {
				matches = regexp.MustCompile(pieces[i]).MatchString(name[i])
			}
			if matches {
				cells = append(cells, c.Name())
			}
		}
	}
	return cells
}

func TestPatternsOfBenchmarksMatchSlashBySlash(t *testing.T) {
	for pattern, some := range map[string]bool{
		"Fanout": true,
		"Fanout/pattern=callback/pool=kept/work=noop": true,
		"Fanout/pattern=native/idiom=slice":           true,
		"Fanout/.*work=noop":                          false,
		"Fanout/pattern=callback/work=noop":           false,
		"Latency":                                     false,
	} {
		if got := len(selectedCells(pattern)); (got > 0) != some {
			t.Errorf("%q selects %d cells", pattern, got)
		}
	}
}

// checkBenchstat reads the arguments of benchstat: no two cells may fall
// together in its table.
func checkBenchstat(t *testing.T, folder string, args []string) {
	filter, projection := "", ".fullname"
	var files []string
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "-filter":
			i++
			filter = args[i]
		case "-row":
			i++
			projection = args[i] + ",/strategy"
		case "-col", "-table", "-ignore":
			i++
		default:
			files = append(files, args[i])
		}
	}
	for _, file := range files {
		set, err := results.Open(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		if a, b := mixed(set, filter, projection); a != "" {
			t.Errorf("%s: one row holds both %s and %s", file, a, b)
		}
	}
}

// mixed returns two cells of a file that pass the filter and agree in what is
// projected, or nothing.
func mixed(set *results.Set, filter, projection string) (string, string) {
	key := func(c *results.Cell, name string) string {
		switch name {
		case ".fullname":
			return c.Name
		case ".name":
			return c.Base
		}
		return c.Keys[strings.TrimPrefix(name, "/")]
	}
	seen := make(map[string]string)
cells:
	for _, c := range set.Cells {
		for _, term := range strings.Fields(filter) {
			if name, value, _ := strings.Cut(term, ":"); name != ".unit" && key(c, name) != value {
				continue cells
			}
		}
		row := ""
		for name := range strings.SplitSeq(projection, ",") {
			row += key(c, name) + " "
		}
		if other := seen[row]; other != "" {
			return other, c.Name
		}
		seen[row] = c.Name
	}
	return "", ""
}

func TestPooledFindsCellsThatFallTogether(t *testing.T) {
	set, err := results.Open(filepath.Join(root, "results", "quick", "results.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		filter, projection string
		pools              bool
	}{
		{"", ".fullname", false},
		{"", "/work,/strategy", true},
		{"/work:noop .unit:ns/task", "/tasks,/submitters,/strategy", false},
		{"/work:noop", "/submitters,/strategy", true}, // bursts and the open loop
		{"/work:noop .name:Fanout", "/limit,/submitters,/strategy", false},
		{"/work:spin", "/grain,/limit,/strategy", true}, // patterns
		{"", ".name,/pattern,/idiom,/pool,/work,/grain,/tasks,/limit,/submitters,/strategy", false},
	} {
		if a, b := mixed(set, c.filter, c.projection); (a != "") != c.pools {
			t.Errorf("filter %q, rows %s: %q and %q", c.filter, c.projection, a, b)
		}
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
