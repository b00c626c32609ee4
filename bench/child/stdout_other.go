//go:build !unix

package child

import "os"

// TakeStdout returns this process's standard output for replies to its parent.
// From then on what is written to os.Stdout goes to standard error.
func TakeStdout() (*os.File, error) {
	replies := os.Stdout
	os.Stdout = os.Stderr
	return replies, nil
}
