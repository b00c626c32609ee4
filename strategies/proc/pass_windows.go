package proc

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// pass lets the process that cmd starts inherit three files, and returns their
// handles there, which are the same.
func pass(cmd *exec.Cmd, files ...*os.File) (passed [3]uintptr, err error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	for i, file := range files {
		handle := syscall.Handle(file.Fd())
		if err := syscall.SetHandleInformation(handle, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT); err != nil {
			return passed, os.NewSyscallError("SetHandleInformation", err)
		}
		passed[i] = uintptr(handle)
		cmd.SysProcAttr.AdditionalInheritedHandles = append(cmd.SysProcAttr.AdditionalInheritedHandles, handle)
	}
	return passed, nil
}

// takeOver makes a file of an inherited handle, which must be a pipe. No process
// that this one starts inherits it.
func takeOver(handle uintptr, name string) (*os.File, error) {
	if kind, err := syscall.GetFileType(syscall.Handle(handle)); err != nil || kind != syscall.FILE_TYPE_PIPE {
		return nil, fmt.Errorf("handle %d is no pipe for %s", handle, name)
	}
	if err := syscall.SetHandleInformation(syscall.Handle(handle), syscall.HANDLE_FLAG_INHERIT, 0); err != nil {
		return nil, os.NewSyscallError("SetHandleInformation", err)
	}
	return os.NewFile(handle, name), nil
}
