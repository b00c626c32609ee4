package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	declaredInput = regexp.MustCompile(`(?m)^  ([a-z-]+):\n    description: `)
	handedOver    = regexp.MustCompile(`(?m)^ +([A-Z_]+): \$\{\{ inputs\.([a-z-]+) \}\}$`)
)

// What the steps do is run by the script actions.txtar. Here is what comes before
// it: an input that is written into shell would be read as shell.
func TestActionsHandTheirInputsOverThroughTheEnvironment(t *testing.T) {
	for _, name := range []string{"gate", "history"} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(root, ".github", "actions", name)
			action, err := os.ReadFile(filepath.Join(folder, "action.yml"))
			if err != nil {
				t.Fatal(err)
			}
			step, err := os.ReadFile(filepath.Join(folder, "run"))
			if err != nil {
				t.Fatal(err)
			}
			inputs, steps, found := strings.Cut(string(action), "\nruns:\n")
			inputs, _, _ = strings.Cut(inputs, "\noutputs:\n")
			if !found || strings.Count(steps, "run: ") != 1 || !strings.Contains(steps, `run: '"$GITHUB_ACTION_PATH/run"'`) {
				t.Fatalf("want one step of shell, which is the file run beside it:\n%s", steps)
			}
			handed := handedOver.FindAllStringSubmatch(steps, -1)
			for _, h := range handed {
				if !strings.Contains(string(step), `"$`+h[1]+`"`) {
					t.Errorf("input %s is handed over as %s, which the step does not use", h[2], h[1])
				}
			}
			declared := declaredInput.FindAllStringSubmatch(inputs, -1)
			if len(handed) == 0 || len(declared) < len(handed) {
				t.Errorf("%d inputs are declared and %d handed over", len(declared), len(handed))
			}
			for _, d := range declared {
				if !strings.Contains(steps, "inputs."+d[1]+" }}") {
					t.Errorf("input %s is used by no step", d[1])
				}
			}
		})
	}
}

var gated = regexp.MustCompile(`(?m)^          packages: (\S+)\n          bench: (\S+)$`)

// A pattern that is out of step with the names of benchmarks selects fewer of
// them, and says nothing.
func TestEveryPartOfTheWorkflowsPatternSelectsABenchmark(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs benchmarks, once each")
	}
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, ".github", "workflows", "bench.yml"))
	if err != nil {
		t.Fatal(err)
	}
	inputs := gated.FindSubmatch(text)
	if inputs == nil {
		t.Fatal("it names no packages and no benchmarks")
	}
	cmd := exec.Command("go", append([]string{"test", "-run", "^$", "-benchtime", "1x", "-bench", string(inputs[2])}, strings.Split(string(inputs[1]), ",")...)...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for part := range strings.SplitSeq(string(inputs[2]), "|") {
		name := regexp.MustCompile(`(?m)^Benchmark` + strings.ReplaceAll(part, "/.", `/[^/\s]+`) + `\S*\s`)
		if !name.Match(out) {
			t.Errorf("%s selects none of\n%s", part, out)
		}
	}
}
