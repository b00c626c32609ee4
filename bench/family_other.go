//go:build !linux

package bench

// family is not known on this platform.
func family(int) []int { return nil }

// residentSetOf is not known on this platform.
func residentSetOf(string) (now, peak int64) { return 0, 0 }
