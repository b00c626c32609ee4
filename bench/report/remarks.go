package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Remark is why processes of a cell do not count.
type Remark struct {
	Cell   string // its name, without the word Benchmark
	Reason string
}

// What is kept of remarks: no run of ours comes near it.
const (
	mostRemarks   = 1000
	longestRemark = 4096 // bytes of a line; the rest is cut off
)

// Remarks reads why processes of a results file do not count, each reason of
// each cell once: the lines that begin with INVALID. Beyond a thousand they are
// not kept.
func Remarks(r io.Reader) (out []Remark, err error) {
	in := bufio.NewReaderSize(r, longestRemark)
	for {
		line, prefix, err := in.ReadLine()
		if err == io.EOF {
			return out, nil
		} else if err != nil {
			return out, fmt.Errorf("read remarks: %w", err)
		}
		text := string(line)
		for prefix && err == nil {
			_, prefix, err = in.ReadLine()
		}
		rest, ok := strings.CutPrefix(text, "INVALID ")
		if !ok || len(out) == mostRemarks {
			continue
		}
		cell, reason, _ := strings.Cut(rest, ": ")
		if remark := (Remark{cell, reason}); !slices.Contains(out, remark) {
			out = append(out, remark)
		}
	}
}
