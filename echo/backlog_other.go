//go:build !linux || 386 || s390x

package echo

import "net"

// backlogOf returns nil: this system does not tell.
func backlogOf(net.Listener) func() int { return nil }
