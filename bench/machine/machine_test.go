package machine

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestTheProcessorHasAName(t *testing.T) {
	for _, c := range []struct{ what, cpuinfo, want string }{
		{"x86", "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R) @ 2.50GHz\n\nprocessor\t: 1\nmodel name\t: another\n", "Intel(R) Xeon(R) @ 2.50GHz"},
		{"a board", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nHardware\t: BCM2711\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n", "Raspberry Pi 4 Model B Rev 1.4"},
		{"an older board", "CPU part\t: 0xc07\nCPU implementer\t: 0x41\nHardware\t: Allwinner sun8i\n", "Allwinner sun8i"},
		{"a server with ARM", "processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\nCPU revision\t: 1\n", "implementer 0x41 part 0xd0c"},
		{"no name and no number", "processor\t: 0\nmodel name\t:\n", ""},
		{"no file", "", ""},
	} {
		if got := cpuModel(strings.NewReader(c.cpuinfo)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

func TestStealAndCPUsAreThoseOfTheWholeMachine(t *testing.T) {
	const two = "cpu  10 0 20 300 0 0 1 42 0 0\ncpu0 5 0 10 150 0 0 1 40 0 0\ncpu1 5 0 10 150 0 0 0 2 0 0\nintr 12345\n"
	for _, c := range []struct {
		what, stat  string
		steal, cpus int
	}{
		{"two CPUs", two, 42, 2},
		{"an old kernel without steal", "cpu  10 0 20 300 0 0 1\ncpu0 10 0 20 300 0 0 1\n", -1, 1},
		{"no number", "cpu  10 0 20 300 0 0 1 many 0 0\ncpu0 1\n", -1, 1},
		{"no file", "", -1, 1},
	} {
		if got := steal(c.stat); got != c.steal {
			t.Errorf("%s: steal is %d, want %d", c.what, got, c.steal)
		}
		if got := cpus(c.stat); got != c.cpus {
			t.Errorf("%s: %d CPUs, want %d", c.what, got, c.cpus)
		}
	}
}

func TestThisMachineIsDescribed(t *testing.T) {
	facts := append(Facts(), Program()...)
	value := func(key string) string {
		i := slices.IndexFunc(facts, func(f Fact) bool { return f.Key == key })
		if i < 0 {
			t.Fatalf("no fact %q", key)
		}
		return facts[i].Value
	}
	if value("goos") != runtime.GOOS || value("goarch") != runtime.GOARCH || value("go") != runtime.Version() {
		t.Errorf("got %v", facts)
	}
	if runtime.GOOS == "linux" && value("kernel") == "" {
		t.Error("Linux has no release")
	}
	if CPUs() < runtime.NumCPU() {
		t.Errorf("%d CPUs on a machine that has %d for this process", CPUs(), runtime.NumCPU())
	}
	if OpenFiles() < 3 {
		t.Errorf("this process may open %d files and has three", OpenFiles())
	}
}

func TestResidentMemoryIsTheSumOfTheProcesses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other platforms do not say what other processes use")
	}
	cmd := exec.Command("cat") // until its standard input ends
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	child, self := cmd.Process.Pid, os.Getpid()
	if _, err := os.Stat(fmt.Sprintf("/proc/%d/task/%d/children", self, self)); err != nil {
		t.Log("this kernel lists no children")
	} else if found := Descendants(self); !slices.Contains(found, child) || !slices.Contains(found, self) {
		t.Errorf("descendants of %d: %v, which lack it or its child %d", self, found, child)
	}
	now, peak := Resident(child)
	if now <= 0 || peak < now {
		t.Errorf("the child's memory is %d, its peak %d", now, peak)
	}
	if both, _ := Resident(self, child); both <= now {
		t.Errorf("two processes hold %d bytes, one of them %d", both, now)
	}
	stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if now, peak := Resident(child); now != 0 || peak != 0 {
		t.Errorf("a process that has ended holds %d bytes, its peak %d", now, peak)
	}
}
