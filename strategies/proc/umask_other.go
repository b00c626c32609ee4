//go:build !unix

package proc

func umask() int { return -1 }

func setUmask(int) {}
