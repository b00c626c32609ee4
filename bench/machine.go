package bench

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// CPUName returns the model of this machine's processor, or "" where it
// cannot be had.
func CPUName() string {
	switch runtime.GOOS {
	case "linux":
		file, err := os.Open("/proc/cpuinfo")
		if err != nil {
			return ""
		}
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	case "darwin":
		return output("sysctl", "-n", "machdep.cpu.brand_string")
	case "windows":
		return os.Getenv("PROCESSOR_IDENTIFIER")
	}
	return ""
}

// Kernel returns the operating system's release, or "" where it cannot be had.
func Kernel() string {
	switch runtime.GOOS {
	case "linux":
		release, err := os.ReadFile("/proc/sys/kernel/osrelease")
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(release))
	case "windows":
		return ""
	}
	return output("uname", "-r")
}

// output is what a command prints, or "".
func output(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// stolen returns how many clock ticks the host has taken from this machine
// since it started, -1 where that is not known.
func stolen() int {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return -1
	}
	// cpu user nice system idle iowait irq softirq steal ...
	fields := strings.Fields(strings.SplitN(string(stat), "\n", 2)[0])
	if len(fields) < 9 {
		return -1
	}
	ticks, err := strconv.Atoi(fields[8])
	if err != nil {
		return -1
	}
	return ticks
}
