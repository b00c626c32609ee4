package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestExitCodesFollowTheError(t *testing.T) {
	broken := errors.New("it broke")
	for _, c := range []struct {
		what   string
		err    error
		code   int
		stderr string
	}{
		{"no error", nil, 0, ""},
		{"an error nobody classified", broken, 2, "poolbench: it broke\n"},
		{"a bad thing", bad(broken), 1, "poolbench: it broke\n"},
		{"a bad thing, wrapped", fmt.Errorf("while looking: %w", bad(broken)), 1, "poolbench: it broke\n"},
		{"an interruption", context.Canceled, 130, "poolbench: interrupted\n"},
		{"an interruption, wrapped", fmt.Errorf("while looking: %w", context.Canceled), 130, "poolbench: interrupted\n"},
		{"an interruption that says how far it came", &exitError{exitInterrupted, broken}, 130, "poolbench: it broke\n"},
		{"all has been said", &exitError{exitBad, nil}, 1, ""},
	} {
		var stderr strings.Builder
		if code := exitCode(c.err, &stderr); code != c.code || stderr.String() != c.stderr {
			t.Errorf("%s: got %d and %q, want %d and %q", c.what, code, stderr.String(), c.code, c.stderr)
		}
	}
}
