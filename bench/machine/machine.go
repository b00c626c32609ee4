package machine

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

// A Fact is a line in the head of a result file. Its value is "" where it is not
// known.
type Fact struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Facts describes the machine.
func Facts() []Fact {
	return []Fact{
		{"goos", runtime.GOOS},
		{"goarch", runtime.GOARCH},
		{"cpu", CPU()},
		{"kernel", Kernel()},
	}
}

// Program describes the program that runs here: what built it, and how many CPUs
// it uses.
func Program() []Fact {
	return []Fact{
		{"go", runtime.Version()},
		{"gomaxprocs", strconv.Itoa(runtime.GOMAXPROCS(0))},
		{"commit", Commit()},
	}
}

// CPU returns the model of the processor, or "".
func CPU() string {
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

// cpuModel finds the processor's model in /proc/cpuinfo. Most ARM machines have
// no name there: then it is the board's, or the numbers of the core's designer
// and of the core.
func cpuModel(cpuinfo io.Reader) string {
	fields := make(map[string]string) // of the first processor
	for lines := bufio.NewScanner(cpuinfo); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if _, again := fields[key]; !again && value != "" {
			fields[key] = value
		}
	}
	if name := cmp.Or(fields["model name"], fields["Model"], fields["Hardware"]); name != "" {
		return name
	}
	if implementer, part := fields["CPU implementer"], fields["CPU part"]; implementer != "" {
		return strings.TrimSpace("implementer " + implementer + " part " + part)
	}
	return ""
}

// Kernel returns the operating system's release, or "".
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

// Steal returns the clock ticks that the hypervisor has taken from this machine
// since it started, all CPUs together, or -1.
func Steal() int {
	stat, _ := os.ReadFile("/proc/stat")
	return steal(string(stat))
}

func steal(stat string) int {
	// cpu user nice system idle iowait irq softirq steal ...
	first, _, _ := strings.Cut(stat, "\n")
	fields := strings.Fields(first)
	if len(fields) < 9 {
		return -1
	}
	ticks, err := strconv.Atoi(fields[8])
	if err != nil {
		return -1
	}
	return ticks
}

// CPUs returns how many CPUs Steal counts: those of the machine, of which this
// process may have fewer.
func CPUs() int {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return runtime.NumCPU()
	}
	return cpus(string(stat))
}

func cpus(stat string) (n int) {
	for line := range strings.Lines(stat) {
		if len(line) > 3 && strings.HasPrefix(line, "cpu") && line[3] != ' ' {
			n++
		}
	}
	return max(1, n)
}

// Commit returns the revision that this program was built from, followed by
// " with changes" if the tree had any; without a revision the version of its
// module, or "".
func Commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	revision, changes := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changes = " with changes"
		}
	}
	if revision == "" {
		return info.Main.Version
	}
	return revision + changes
}
