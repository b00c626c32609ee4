package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench/machine"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// versions says what this program is built from: its own version and commit,
// Go, and the libraries that it compares.
func versions() string {
	own := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		own = info.Main.Version
	}
	lines := []string{"poolbench " + own}
	if commit := machine.Commit(); commit != "" && commit != own {
		lines = append(lines, "commit "+commit)
	}
	lines = append(lines, fmt.Sprintf("%s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH))
	var libraries []string
	for _, s := range catalog.All {
		libraries = append(libraries, s.Module+" "+catalog.Version(s))
	}
	for _, s := range catalog.Servers {
		libraries = append(libraries, s.Module+" "+catalog.ServerVersion(s))
	}
	slices.Sort(libraries)
	for _, library := range slices.Compact(libraries) {
		if !strings.HasPrefix(library, " ") { // the standard library, or this module
			lines = append(lines, library)
		}
	}
	return strings.Join(lines, "\n")
}
