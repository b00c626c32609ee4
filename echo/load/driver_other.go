//go:build !linux

package load

import "net/netip"

// lockThread does nothing: the waits of this platform's driver are Go's.
func lockThread() {}

// newDriver returns the best driver of this platform.
func newDriver(address netip.AddrPort, clock func() int64, bind func(driver) *core) (driver, error) {
	return newNetDriver(address, clock, bind), nil
}
