//go:build !linux

package scheduler

import (
	"fmt"
	"runtime"
)

func raise(uint32) error {
	return fmt.Errorf("%s has no such policy", runtime.GOOS)
}

func lower() error { return nil }
