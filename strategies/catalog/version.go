package catalog

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// own is what the paths of this repository's modules begin with.
const own = "github.com/poolbench/poolbench"

// Version returns the version of what runs s in this binary: that of its
// module, or of Go for a strategy of the standard library. For a module
// that was built from a work tree it is that of the commit, or "(devel)" if the go
// command was not to look, and "unknown" in a test binary, into which it writes no
// list of modules.
//
// Cost: it reads the binary's build information; call it once and keep the answer.
func Version(s *strategies.Strategy) string { return version(s.Module, s.URL) }

// ServerVersion is Version for a server.
func ServerVersion(s *echo.Server) string { return version(s.Module, s.URL) }

// version looks up what a declaration with that module and address runs.
func version(module, url string) string {
	if module == "" {
		_, pkg, ours := strings.Cut(url, "pkg.go.dev/"+own)
		if !ours {
			return runtime.Version()
		}
		module = own + pkg
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return recorded(&info.Main, info.Deps, module)
}

// recorded returns the version of the module, among those that a binary
// records, that holds a package. The package may be given by its module's path.
// Of the modules of a work tree only the main one has a version, that of the
// commit.
func recorded(main *debug.Module, deps []*debug.Module, pkg string) string {
	holder := new(debug.Module)
	for _, m := range append(deps, main) {
		if strings.HasPrefix(pkg+"/", m.Path+"/") && len(m.Path) > len(holder.Path) {
			holder = m
		}
	}
	if holder.Replace != nil {
		return cmp.Or(holder.Replace.Version, holder.Version) + " from " + holder.Replace.Path
	}
	if holder.Version == "(devel)" {
		holder = main
	}
	return cmp.Or(holder.Version, "unknown")
}
