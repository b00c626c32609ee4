package results_test

import (
	"fmt"
	"strings"
	"testing"
)

func described(machine string) string { return "goos: linux\ngoarch: amd64\ncpu: " + machine + "\n" }

func TestMachinesAreKeptApart(t *testing.T) {
	const x = "BenchmarkX 1 %d ns/op\n"
	one, two := fmt.Sprintf(x, 1), fmt.Sprintf(x, 2)
	for name, row := range map[string]struct {
		text string
		want []string // of each machine, its name and its values
	}{
		"one":                           {described("A") + one + two, []string{"linux/amd64, A: [1 2]"}},
		"two, joined":                   {described("A") + one + described("B") + two, []string{"linux/amd64, A: [1]", "linux/amd64, B: [2]"}},
		"back to the first":             {described("A") + one + described("B") + two + described("A") + two, []string{"linux/amd64, A: [1 2]", "linux/amd64, B: [2]"}},
		"none named":                    {one + two, []string{"an unnamed machine: [1 2]"}},
		"none named, with packages":     {one + "pkg: a\n" + two, []string{"an unnamed machine: [1]"}},
		"not named at first":            {one + described("A") + two, []string{"an unnamed machine: [1]", "linux/amd64, A: [2]"}},
		"another system":                {"goos: linux\n" + one + "goos: darwin\n" + two, []string{"linux: [1]", "darwin: [2]"}},
		"another architecture":          {"goarch: amd64\n" + one + "goarch: arm64\n" + two, []string{"amd64: [1]", "arm64: [2]"}},
		"another number of CPUs":        {"gomaxprocs: 1\n" + one + "gomaxprocs: 2\n" + two, []string{"GOMAXPROCS 1: [1]", "GOMAXPROCS 2: [2]"}},
		"another of a name":             {"machine: a\n" + one + "machine: b\n" + two, []string{"a: [1]", "b: [2]"}},
		"other settings tell none":      {described("A") + "commit: a\n" + one + "commit: b\ngo: 1.26\n" + two, []string{"linux/amd64, A: [1 2]"}},
		"a machine without a benchmark": {described("A") + described("B") + one, []string{"linux/amd64, B: [1]"}},
		"one whose lines are skipped":   {described("A") + "BenchmarkX 1 NaN ns/op\n" + described("B") + one, []string{"linux/amd64, B: [1]"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, set := range read(t, row.text).Split() {
				got = append(got, fmt.Sprintf("%s: %v", set.Machine(), set.Cell("X").Values("ns/op")))
			}
			if strings.Join(got, "; ") != strings.Join(row.want, "; ") {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestAPartOfAFileHasTheHeadOfItsMachine(t *testing.T) {
	sets := read(t, described("A")+"commit: a\n"+line+described("B")+"commit: b\n"+line+"Unit score better=higher\n").Split()
	if len(sets) != 2 || sets[1].Setting("commit") != "b" || sets[0].Setting("commit") != "a" || sets[1].Better("score") != "higher" {
		t.Errorf("the heads are %v and %v", sets[0].Settings, sets[1].Settings)
	}
}

func TestWhatIsAskedForIsPooled(t *testing.T) {
	set := read(t, described("A")+"pkg: a\n"+line+described("B")+line+"pkg: b\n"+line+"goos: darwin\n"+line)
	for name, row := range map[string]struct {
		keys []string
		want string // cells of each machine
	}{
		"nothing":           {nil, "[1 2 1]"},
		"the model of CPUs": {[]string{"cpu"}, "[2 1]"},
		"the package":       {[]string{"pkg"}, "[1 1 1]"},
		"both":              {[]string{"cpu", "pkg"}, "[1 1]"},
		"all":               {[]string{"cpu", "goos", "pkg"}, "[1]"},
	} {
		pooled := set.Without(row.keys...)
		var cells []int
		lines := 0
		for _, of := range pooled.Split() {
			cells = append(cells, len(of.Cells))
			for _, c := range of.Cells {
				lines += len(c.Samples)
			}
		}
		if got := fmt.Sprint(cells); got != row.want || lines != 4 {
			t.Errorf("%s: cells %s of %d lines, want %s of 4", name, got, lines, row.want)
		}
		for _, key := range row.keys {
			if pooled.Setting(key) != "" {
				t.Errorf("%s: the head still says %s", name, key)
			}
		}
	}
	if len(set.Cells) != 4 || len(set.Cells[0].Samples) != 1 {
		t.Error("the set itself has changed")
	}
}
