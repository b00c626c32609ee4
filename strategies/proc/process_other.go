//go:build !unix

package proc

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// CanStop says whether this platform can stop a process and let it go on.
const CanStop = false

var errCannotStop = errors.New("this platform cannot stop a process and let it go on")

// lead does nothing: Windows finds what a process started by its root.
func lead(*syscall.SysProcAttr) {}

// killGroup ends a process and, on Windows, every process that it started.
func killGroup(root *os.Process) error {
	// What fails is to kill what is gone.
	_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(root.Pid)).Run()
	return root.Kill()
}

func stopGroup(*os.Process) error     { return errCannotStop }
func continueGroup(*os.Process) error { return errCannotStop }

// killRest does nothing: once the root is gone, what belonged to it is unknown,
// and another process may have its number.
func killRest(*os.Process) {}

func endSelf() { os.Exit(1) }

// readNow is never called: pipes have no deadlines here, and processes do not
// inherit what was not given to them.
func readNow(*os.File, []byte) (int, error) { return 0, io.EOF }

// writeNow writes nothing: a pipe may block here.
func writeNow(*os.File, []byte) (int, error) { return 0, nil }

func umask() int { return -1 }

func setUmask(int) {}
