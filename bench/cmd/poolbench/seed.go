package main

import (
	"errors"
	"strconv"
)

// A seed is the value of the flag --seed. It is above 0, which stands for one
// that is drawn.
type seed uint64

func (s *seed) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 {
		return errors.New("want a whole number from 1 to 18446744073709551615, as the head of a results file has it")
	}
	*s = seed(n)
	return nil
}

// String returns "" for none: help then names no default.
func (s *seed) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(*s), 10)
}

func (s *seed) Type() string { return "number" }
