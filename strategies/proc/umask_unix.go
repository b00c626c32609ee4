//go:build unix

package proc

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// umask returns the umask of this process. Only Linux says it without a moment in
// which another one holds.
func umask() int {
	status, _ := os.ReadFile("/proc/self/status")
	for lines := bufio.NewScanner(bytes.NewReader(status)); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "Umask:"); ok {
			if mask, err := strconv.ParseUint(strings.TrimSpace(text), 8, 16); err == nil {
				return int(mask)
			}
		}
	}
	mask := syscall.Umask(0o077) // for that moment the stricter
	syscall.Umask(mask)
	return mask
}

func setUmask(mask int) { syscall.Umask(mask) }
