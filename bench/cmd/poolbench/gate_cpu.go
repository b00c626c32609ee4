package main

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
)

// A cpuList is the value of the flag --cpu: numbers of CPUs, as go test has it.
type cpuList []int

func (c *cpuList) Set(text string) error {
	*c = nil
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return fmt.Errorf("want numbers of 1 or more, separated by commas")
		}
		*c = append(*c, n)
	}
	return nil
}

// String returns "" for none: help then names no default.
func (c *cpuList) String() string {
	var parts []string
	for _, n := range *c {
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, ",")
}

func (c *cpuList) Type() string { return "numbers" }

// orDefault is what was given, or what Go would use here. It is always told to
// the test binaries: left to itself, GOMAXPROCS may change while they run.
func (c *cpuList) orDefault() []int {
	if len(*c) == 0 {
		return []int{runtime.GOMAXPROCS(0)}
	}
	return *c
}
