// Package document keeps the generated parts of Markdown files current.
//
// A part stands between two comments that name what makes it:
//
//	<!-- begin: traits -->
//	<!-- end: traits -->
package document

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// Parts makes the parts of documents, by name.
type Parts map[string]func(*bytes.Buffer) error

var part = regexp.MustCompile(`(?s)(<!-- begin: (\w+) -->\n).*?(<!-- end: (\w+) -->\n)`)

// Refresh makes every part of a file anew. If any has changed, it writes the file,
// or, unless write is set, returns an error that quotes the first difference.
func Refresh(path string, parts Parts, write bool) error {
	have, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("refresh the generated parts: %w", err)
	}
	var errs []error
	seen := 0
	want := part.ReplaceAllFunc(have, func(match []byte) []byte {
		seen++
		groups := part.FindSubmatch(match)
		text, err := parts.text(string(groups[2]), string(groups[4]))
		errs = append(errs, err)
		return bytes.Join([][]byte{groups[1], text, groups[3]}, nil)
	})
	if seen == 0 {
		errs = append(errs, errors.New("it has no generated part"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	switch {
	case bytes.Equal(have, want):
		return nil
	case !write:
		return fmt.Errorf("%s is stale: %s", path, firstDifference(have, want))
	}
	return os.WriteFile(path, want, 0o644)
}

// text makes the part between two marks.
func (p Parts) text(begin, end string) ([]byte, error) {
	if begin != end {
		return nil, fmt.Errorf("part %q ends as %q", begin, end)
	}
	generate := p[begin]
	if generate == nil {
		return nil, fmt.Errorf("nothing makes part %q", begin)
	}
	var b bytes.Buffer
	if err := generate(&b); err != nil {
		return nil, fmt.Errorf("part %q: %w", begin, err)
	}
	return b.Bytes(), nil
}

// firstDifference quotes the first line in which two texts differ.
func firstDifference(have, want []byte) string {
	a, b := strings.Split(string(have), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d is\n\t%s\nand should be\n\t%s\n", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("it has %d lines and should have %d", len(a), len(b))
}
