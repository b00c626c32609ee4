//go:build !linux

package scheduler

import (
	"fmt"
	"runtime"
)

func raise(uint32) error { return absent() }

func raiseAll(uint32) (lower func() error, err error) { return nil, absent() }

func absent() error { return fmt.Errorf("%s has no such policy", runtime.GOOS) }
