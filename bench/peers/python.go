package peers

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/poolbench/poolbench/strategies/proc"
)

// ErrNoPython is wrapped by the errors of [Python] when there is none.
var ErrNoPython = errors.New("no usable Python")

// oldestMinor is the oldest Python 3 that fanout.py runs on.
const oldestMinor = 8

// probeLimit is how long a Python may take to say which it is.
const probeLimit = 20 * time.Second

// probe asks an interpreter for its real path, which is not that of a shim, and
// for its version. The imports fail where process pools cannot work.
const probe = `import sys, concurrent.futures.process, multiprocessing.synchronize
print(sys.executable)
print("%d.%d.%d" % sys.version_info[:3])`

// Python finds a Python that can run fanout.py, under the names python3 and
// python, and returns its path and its version, such as 3.11.7. The error says
// of each name what is wrong with it.
//
// It starts the interpreter, which takes some tens of milliseconds.
func Python(ctx context.Context) (path, version string, err error) {
	var reasons []string
	for _, name := range []string{"python3", "python"} {
		path, version, err := ask(ctx, name)
		if err == nil {
			return path, version, nil
		}
		if ctx.Err() != nil {
			return "", "", fmt.Errorf("look for Python: %w", context.Cause(ctx))
		}
		reasons = append(reasons, err.Error())
	}
	return "", "", fmt.Errorf("%w: %s; install Python 3.%d or later and have it in PATH",
		ErrNoPython, strings.Join(reasons, "; "), oldestMinor)
}

// ask returns the path and the version of the Python of that name.
func ask(ctx context.Context, name string) (path, version string, err error) {
	found, err := exec.LookPath(name)
	if err != nil {
		return "", "", err
	}
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	cmd := exec.Command(found, "-I", "-c", probe)
	var out strings.Builder
	said := &proc.Tail{Most: 1 << 10}
	cmd.Stdout, cmd.Stderr = &out, said
	if err := proc.Run(ctx, cmd); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return "", "", fmt.Errorf("%s does not run: %w%s", found, err, said.After(": "))
	}
	path, version, _ = strings.Cut(strings.TrimSpace(out.String()), "\n")
	version = strings.TrimSpace(version)
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return "", "", fmt.Errorf("%s does not tell its version: it printed %.80q", found, out.String())
	}
	if major != 3 || minor < oldestMinor {
		return "", "", fmt.Errorf("%s is Python %s", found, version)
	}
	return strings.TrimSpace(path), version, nil
}
