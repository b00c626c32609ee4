package bench

import (
	"strings"
	"testing"
)

func TestTheProcessorHasAName(t *testing.T) {
	for _, c := range []struct{ what, cpuinfo, want string }{
		{"x86", "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R) @ 2.50GHz\n\nprocessor\t: 1\nmodel name\t: another\n", "Intel(R) Xeon(R) @ 2.50GHz"},
		{"a board", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nHardware\t: BCM2711\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n", "Raspberry Pi 4 Model B Rev 1.4"},
		{"an older board", "CPU part\t: 0xc07\nCPU implementer\t: 0x41\nHardware\t: Allwinner sun8i\n", "Allwinner sun8i"},
		{"a server with ARM", "processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\nCPU revision\t: 1\n", "implementer 0x41 part 0xd0c"},
		{"one that tells nothing", "processor\t: 0\nmodel name\t:\n", ""},
		{"no file", "", ""},
	} {
		if got := cpuModel(strings.NewReader(c.cpuinfo)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}
