// Package reference holds the committed reference run, so that a command that
// stands alone has figures to go by.
package reference

import _ "embed"

// Results is the run in the Go benchmark format.
//
//go:embed results.txt
var Results []byte
