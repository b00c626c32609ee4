package strategytest

import (
	"regexp"
	"strings"
	"testing"
)

// A test function's frame in a goroutine dump: the package's path, the test's
// name, and nothing more than the closures in it. Methods have a receiver there.
var testFrame = regexp.MustCompile(`(?m)^(?:[^\s(]*/)?[^\s(/.]+\.(Test[^\s(.]*)(?:\.func[\d.]+)*\(`)

// enclosingTest returns the top-level test function that the caller runs under,
// if there is one to be found. Subtests run in goroutines of their own, and so
// it looks at those that started them, too.
func enclosingTest() (by caller) {
	if !testing.Testing() {
		return by
	}
	all := goroutines()
	byID := make(map[uint64]goroutine, len(all))
	for _, g := range all {
		byID[g.id] = g
	}
	for g, ok := all[0], true; ok; g, ok = byID[g.creator] {
		if !strings.Contains(g.stack, "testing.tRunner(") || strings.Contains(g.stack, "testing.runTests(") {
			continue // the latter runs all tests
		}
		// The outermost frame of a test function is the test.
		if tests := testFrame.FindAllStringSubmatch(g.stack, -1); len(tests) > 0 && by.test == "" {
			by.test = tests[len(tests)-1][1]
		}
		by.run = g.id // in the end that of the top-level test
	}
	return by
}

// onlyTest returns the pattern for -test.run that selects one test, given by
// the name testing.T has for it.
func onlyTest(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}
