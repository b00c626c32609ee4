package proc

import (
	"os"
	"path/filepath"
)

// running is the file that this process runs, also when its name is gone.
const running = "/proc/self/exe"

func program() (string, error) {
	if _, err := os.Stat(running); err == nil {
		return running, nil
	}
	return os.Executable() // there is no /proc
}

// nameProcess gives this process the name that tools such as top and pgrep show,
// which would be that of the link.
func nameProcess() { _ = os.WriteFile("/proc/self/comm", []byte(filepath.Base(os.Args[0])), 0) }
