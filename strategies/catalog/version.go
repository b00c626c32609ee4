package catalog

import (
	"cmp"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/alitto/pond/v2"
	"github.com/cloudwego/netpoll"
	"github.com/gammazero/workerpool"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc"
	"golang.org/x/sync/errgroup"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// linked holds one function of every module that strategies come from. The go
// command writes no list of modules into a test binary, but a module's version
// is part of the path under which its functions were compiled.
var linked = []any{
	ants.NewPool,
	conc.NewWaitGroup,
	errgroup.WithContext,
	netpoll.Configure,
	pond.NewPool,
	strategies.Validate,
	workerpool.New,
}

// Version returns the version of what runs s in this binary: that of its
// module, of Go for a strategy of the standard library, and of this module for
// its own code. It is "unknown" for a module that is not linked in or was
// vendored into a test binary, and "(devel)" for one built from a work tree.
//
// Cost: it reads the binary's build information; call it once and keep the answer.
func Version(s *strategies.Strategy) string { return version(s.Module, s.URL) }

// ServerVersion is Version for a server.
func ServerVersion(s *echo.Server) string { return version(s.Module, s.URL) }

// version looks up what a declaration with that module and address runs.
func version(module, url string) string {
	own := strings.TrimSuffix(reflect.TypeFor[strategies.Strategy]().PkgPath(), "/strategies")
	if module == "" {
		if !strings.Contains(url, own) {
			return runtime.Version()
		}
		module = own
	}
	return cmp.Or(recordedVersion(module), compiledVersion(module), "unknown")
}

// recordedVersion looks module up in the build information, or returns "".
func recordedVersion(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path != module {
			continue
		}
		if m.Replace != nil {
			return cmp.Or(m.Replace.Version, m.Version) + " from " + m.Replace.Path
		}
		return m.Version
	}
	return ""
}

// compiledVersion reads the version off the path of a linked function's source
// file, or returns "".
func compiledVersion(module string) string {
	for _, f := range linked {
		pc := reflect.ValueOf(f).Pointer()
		file, _ := runtime.FuncForPC(pc).FileLine(pc)
		if _, after, ok := strings.Cut(file, module+"@"); ok {
			version, _, _ := strings.Cut(after, "/")
			return version
		}
	}
	return ""
}
