package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// foreignModule copies the example of somebody else's pool to a folder outside
// this module, as a module that has nothing but this one. change is applied to
// its source.
func foreignModule(t *testing.T, change func(source string) string) (dir string) {
	t.Helper()
	repository, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	sums, err := os.ReadFile(filepath.Join(repository, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"go.sum": string(sums),
		"go.mod": fmt.Sprintf("module example.com/mine\n\ngo 1.26\n\nrequire (\n%[1]s v0.1.0\n%[1]s/strategies v0.1.0\n)\n\nreplace (\n%[1]s => %[2]s\n%[1]s/strategies => %[2]s/strategies\n)\n", module, repository),
	}
	for _, name := range []string{"mine.go", "mine_test.go"} {
		source, err := os.ReadFile(filepath.Join("testdata", "plugin", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(source)
	}
	files["mine.go"] = change(files["mine.go"])
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// goCommand runs the go command in a folder, without a network.
func goCommand(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func unchanged(source string) string { return source }

func TestAPoolOfAnotherModuleIsProvedAndMeasured(t *testing.T) {
	t.Parallel()
	dir := foreignModule(t, unchanged)
	if out, err := goCommand(dir, "vet", "."); err != nil {
		t.Fatalf("go vet: %v\n%s", err, out)
	}
	if out, err := goCommand(dir, "test", "-v", "."); err != nil || !strings.Contains(out, "--- PASS: TestMine/") {
		t.Errorf("go test: %v\n%s", err, out)
	}
	out, err := goCommand(dir, "test", "-run", "^$", "-bench", ".", "-benchtime", "1x", ".")
	if err != nil {
		t.Fatalf("go test -bench: %v\n%s", err, out)
	}
	checkRows(t, out)
}

// checkRows wants a row of every measured group of the quick profile, under
// the pool and under the bare loop, in the format that results have.
func checkRows(t *testing.T, out string) {
	t.Helper()
	set, err := results.Read(strings.NewReader(out), "go test -bench")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	name := regexp.MustCompile(`^Mine/pattern=\w+(/idiom=\w+)?/pool=(kept|fresh)/work=\w+/grain=\w+/tasks=\d+/limit=\d+/submitters=\d+/strategy=(mine|loop|goroutines|semaphore)$`)
	rows := map[string]int{}
	for _, c := range set.Cells {
		if !name.MatchString(c.Name) {
			t.Errorf("row %s: want a name like %s", c.Name, name)
		}
		if v := c.Values(results.NsPerTask); len(v) != 1 || v[0] <= 0 {
			t.Errorf("row %s: %s is %v", c.Name, results.NsPerTask, v)
		}
		rows[c.Keys["strategy"]]++
	}
	together := 0
	for _, g := range bench.Quick.Groups(bench.Selection{}) {
		if len(g.Cells) > 0 && g.Cells[0].Measure == bench.Fanout {
			together++
		}
	}
	for _, name := range []string{"mine", bench.Loop, bench.Reference, "semaphore"} {
		if got := rows[name]; got < together || name == bench.Loop && got != together {
			t.Errorf("%d rows of %s for %d groups\n%s", got, name, together, out)
		}
	}
}

func TestAPoolOfAnotherModuleInheritsNoPoolLibrary(t *testing.T) {
	t.Parallel()
	out, err := goCommand(foreignModule(t, unchanged), "list", "-deps", "-test", ".")
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	if found := inherited(out); len(found) > 0 {
		t.Errorf("it inherits %s", strings.Join(found, ", "))
	}
	if !strings.Contains(out, module+"/bench\n") || !strings.Contains(out, module+"/strategies/strategytest\n") {
		t.Errorf("it does not need what it was made with: something is wrong with the test\n%s", out)
	}
}

func TestABrokenPoolOfAnotherModuleIsToldWhichRule(t *testing.T) {
	t.Parallel()
	const wait = "p.tasks.Wait()"
	dir := foreignModule(t, func(source string) string {
		if strings.Count(source, wait) != 1 {
			t.Fatalf("%s does not stand once in the example", wait)
		}
		return strings.Replace(source, wait, "", 1)
	})
	out, err := goCommand(dir, "test", ".")
	if err == nil {
		t.Fatalf("go test passes although Close does not wait\n%s", out)
	}
	said := regexp.MustCompile(`(?s)--- FAIL: TestMine/close .*strategy "mine", rule 4 \(close\): `)
	if !said.MatchString(out) {
		t.Errorf("it does not name rule 4:\n%s", out)
	}
}
