//go:build !linux

package proc

// awaitEnd does nothing: only Linux tells of an end reliably before the exit
// state is collected. Darwin takes a stopped process for an ended one.
func awaitEnd(int) bool { return false }
