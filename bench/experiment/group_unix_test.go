//go:build unix

package experiment

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// killsGroups says whether children are ended with all that they started.
const killsGroups = true

// group lists the living processes of the group that pid led, where /proc
// tells of them. The dead that nobody has waited for are not among them.
func group(pid int) (members []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// pid (name) state ppid pgrp ..., where the name may be anything.
		var member, parent, leader int
		var state string
		fmt.Sscan(string(stat), &member)
		fmt.Sscan(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), &state, &parent, &leader)
		if leader == pid && state != "Z" && state != "X" {
			members = append(members, member)
		}
	}
	return members
}

// escape lets the command leave its parent's group and session.
func escape(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
