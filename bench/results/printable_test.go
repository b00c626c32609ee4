package results

import "testing"

func TestWhatDoesNotPrintCannotSteerATerminal(t *testing.T) {
	for in, want := range map[string]string{
		"Benchmark\x1b[2JX": "Benchmark�[2JX",
		"a\nb":              "a\nb",
		"tab\there\r":       "tab�here�",
		"▁▂▃ µs/op für 百万":  "▁▂▃ µs/op für 百万",
		"\x00\u202e":        "��",
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
