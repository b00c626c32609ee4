package bench

import (
	"bufio"
	"cmp"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
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
		return cpuModel(file)
	case "darwin":
		return output("sysctl", "-n", "machdep.cpu.brand_string")
	case "windows":
		return os.Getenv("PROCESSOR_IDENTIFIER")
	}
	return ""
}

// cpuModel finds the processor's model in what Linux tells of it. Most ARM
// machines have no name there: then it is the board's, or at least the numbers
// of who designed the core and which one it is.
func cpuModel(cpuinfo io.Reader) string {
	told := make(map[string]string) // of the first processor
	for lines := bufio.NewScanner(cpuinfo); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if _, again := told[key]; !again && value != "" {
			told[key] = value
		}
	}
	if name := cmp.Or(told["model name"], told["Model"], told["Hardware"]); name != "" {
		return name
	}
	if implementer, part := told["CPU implementer"], told["CPU part"]; implementer != "" {
		return strings.TrimSpace("implementer " + implementer + " part " + part)
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

// Stolen returns how many clock ticks the host has taken from this machine since
// it started, -1 where that is not known.
func Stolen() int {
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

// HostCPUs is how many processors Stolen counts: those of the machine, of which
// this process may have fewer.
func HostCPUs() int {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return runtime.NumCPU()
	}
	n := 0
	for line := range strings.Lines(string(stat)) {
		if len(line) > 3 && strings.HasPrefix(line, "cpu") && line[3] != ' ' {
			n++
		}
	}
	return max(1, n)
}

// Commit is the revision that this program was built from, with a remark if the
// tree had changes, or what else is known of its version.
func Commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = " with changes"
		}
	}
	if revision == "" {
		return info.Main.Version
	}
	return revision + dirty
}
