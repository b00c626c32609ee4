//go:build !linux

package echo_test

// childVariable is never set where no test starts a child.
const childVariable = "ECHO_TEST_SERVE_WITH_FEW_DESCRIPTORS"

func child() int { return 1 }
