package results_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/poolbench/poolbench/bench/results"
)

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func wide(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// bzipped is "BenchmarkX 1 5 ns/op\n" as bzip2 writes it.
const bzipped = "QlpoOTFBWSZTWc5OnUMAAAPfgAAQQACiABAAAEAqS9gAIAAigPUaGnpqFNMjExMQ5wEJB/HjqIYpN8XckU4UJDOTp1DA"

func TestTextIsReadInEveryEncodingThatToolsWrite(t *testing.T) {
	const mark = "\ufeff"
	two := "pkg: a\nBenchmarkX/é/𝛼 1 5 ns/op\n" + line
	unpacked, err := base64.StdEncoding.DecodeString(bzipped)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		text  string
		cells int
	}{
		"UTF-8":                       {two, 2},
		"UTF-8 with a mark":           {mark + line, 1},
		"two with marks, joined":      {mark + line + mark + "BenchmarkX 1 5 ns/op\n", 2},
		"a mark before the head":      {mark + "pkg: a\n" + line, 1},
		"lines that end as in DOS":    {strings.ReplaceAll(two, "\n", "\r\n"), 2},
		"no end of line":              {strings.TrimSpace(two), 2},
		"UTF-16, little-endian":       {wide(binary.LittleEndian, mark+two), 2},
		"UTF-16, big-endian":          {wide(binary.BigEndian, mark+two), 2},
		"UTF-16 without a mark":       {wide(binary.LittleEndian, two), 2},
		"UTF-16 without, big-endian":  {wide(binary.BigEndian, two), 2},
		"UTF-16, cut off in a letter": {wide(binary.LittleEndian, mark+two) + "x", 2},
		"gzip":                        {gzipped(t, two), 2},
		"gzip, joined":                {gzipped(t, line) + gzipped(t, "BenchmarkX 1 5 ns/op\n"), 2},
		"gzip of UTF-16":              {gzipped(t, wide(binary.LittleEndian, mark+two)), 2},
		"bzip2":                       {string(unpacked), 1},
	} {
		for _, reader := range []func(string) *results.Set{
			func(text string) *results.Set { return read(t, text) },
			func(text string) *results.Set { // as from a slow pipe
				set, err := results.Read(iotest.OneByteReader(strings.NewReader(text)), "file.txt")
				if err != nil {
					t.Fatalf("%s, byte by byte: %v", name, err)
				}
				return set
			},
		} {
			set := reader(row.text)
			if len(set.Cells) != row.cells || len(set.Skipped) > 0 {
				t.Errorf("%s: %d cells, want %d; skipped %v", name, len(set.Cells), row.cells, set.Skipped)
			}
			if row.cells == 2 && strings.Contains(name, "UTF-16") && set.Cell("X/é/𝛼") == nil {
				t.Errorf("%s: the first cell is %q", name, set.Cells[0].Name)
			}
		}
	}
}

func TestWhatIsNoTextIsNamed(t *testing.T) {
	selfSame := "\x1f\x8b" // a header that is no gzip
	for text, want := range map[string]string{
		"\x28\xb5\x2f\xfd....":          "file.txt: it is compressed with zstd: decompress it first",
		"\xfd7zXZ\x00....":              "file.txt: it is compressed with xz",
		"PK\x03\x04....":                "file.txt: it is a zip archive",
		"\x7fELF\x02\x01\x01\x00":       "file.txt: it is a program",
		"\xff\xfe\x00\x00B\x00\x00\x00": "file.txt: it is text in UTF-32",
		"a\x00\x00\x00b\x00\x00\x00":    "file.txt: it is binary",
		"<!DOCTYPE html><html>":         "file.txt: it is a page",
		selfSame:                        "file.txt: decompress with gzip: ",
		gzipped(t, gzipped(t, gzipped(t, gzipped(t, gzipped(t, line))))): "file.txt: it is compressed more than 4 times over",
		gzipped(t, line)[:30]: "file.txt, after line 1: unexpected EOF",
	} {
		if set, err := results.Read(strings.NewReader(text), "file.txt"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20q: read %v, %v; want %q", text, set, err, want)
		}
	}
}

func TestASmallFileThatDecompressesIntoALargeOneIsRefused(t *testing.T) {
	bomb := gzipped(t, strings.Repeat("x", 10_000))
	if _, err := narrow.Read(strings.NewReader(bomb), "file.txt"); err == nil || !strings.Contains(err.Error(), "here the file passes 4000 bytes") {
		t.Errorf("read with %v", err)
	}
}

func TestEventsOfGoTestAreRead(t *testing.T) {
	event := func(pkg, output string) string {
		return fmt.Sprintf(`{"Time":"2026-01-01T00:00:00Z","Action":"output","Package":%q,"Test":"BenchmarkX","Output":%q}`+"\n", pkg, output)
	}
	// Two packages at once, with names and figures in events of their own.
	set := read(t, `{"Time":"2026-01-01T00:00:00Z","Action":"start","Package":"a"}`+"\n"+
		event("a", "goos: linux\n")+event("b", "goos: linux\n")+event("a", "pkg: a\n")+event("b", "pkg: b\n")+
		event("a", "BenchmarkX\n")+event("a", "BenchmarkX-2 \t")+event("b", "BenchmarkX-2 \t")+
		event("a", "  10\t 5 ns/op\n")+event("b", "  10\t 7 ns/op\n")+event("a", "BenchmarkX-2 \thello\n")+
		event("a", "BenchmarkY \t 1\t 1 ns/op\nBenchmarkZ \t 1\t 1 ns/op\n")+"not of JSON\n{\"other\": 1}\n"+
		event("b", "BenchmarkLast 1 1 ns/op"))
	got := make(map[string]float64)
	for _, cell := range set.Cells {
		got[cell.Label()] = cell.Values("ns/op")[0]
	}
	for label, want := range map[string]float64{"a.X-2": 5, "b.X-2": 7, "a.Y": 1, "a.Z": 1, "b.Last": 1} {
		if got[label] != want {
			t.Errorf("%s is %v, want %v", label, got[label], want)
		}
	}
	if len(got) != 5 || set.Setting("goos") != "linux" {
		t.Errorf("read %v", got)
	}
	if cell := set.Cell("X"); cell.Samples[0].Line != 9 {
		t.Errorf("a result is at line %d of the file, want that of the event that ends it, 9", cell.Samples[0].Line)
	}
	if len(set.Skipped) != 1 || set.Skipped[0].Line != 11 || set.Skipped[0].Text != "BenchmarkX-2 \thello" {
		t.Errorf("skipped %+v", set.Skipped)
	}
}
