package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/strategies/catalog"
)

// The go command writes no versions into a test binary, so the command is built.
func TestListNamesTheVersionsThatAreBuiltIn(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "poolbench.exe")
	build := exec.Command("go", "build", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "list", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var entries []listEntry
	if err := json.Unmarshal(out, &entries); err != nil {
		t.Fatal(err)
	}
	if want := len(catalog.All) + len(catalog.Servers); len(entries) != want {
		t.Errorf("%d entries, want %d", len(entries), want)
	}
	for _, e := range entries {
		want := runtime.Version()
		switch {
		case e.Module != "":
			want = strings.TrimSpace(goList(t, nil, "-m", "-f", "{{.Version}}", e.Module))
		case strings.Contains(e.URL, module):
			want = info.Main.Version
		}
		if e.Version != want {
			t.Errorf("%s: version %q, want %q", e.Name, e.Version, want)
		}
	}
}
