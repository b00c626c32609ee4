//go:build !linux

package proc

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// awaitEnd does nothing: only Linux tells of an end reliably before the exit
// state is collected. Darwin takes a stopped process for an ended one.
func awaitEnd(int) bool { return false }

// Dependent does nothing: only Linux ends a process with its parent.
func Dependent(*exec.Cmd) {}

// started is the file of this program as it was when it was started.
var started, _ = statSelf()

func statSelf() (os.FileInfo, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Stat(path)
}

// program returns the path of this program, and an error when its file is not
// the one that was started: two builds would not understand each other.
func program() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	now, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err
	case started == nil:
		return "", errors.New("its file was not found when it was started")
	case !os.SameFile(started, now) || !started.ModTime().Equal(now.ModTime()) || started.Size() != now.Size():
		return "", fmt.Errorf("%s was replaced after it was started: restart the program", path)
	}
	return path, nil
}

func nameProcess() {}
