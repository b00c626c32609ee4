package main

import (
	"os/exec"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/poolbench/poolbench/strategies/proc"
	"github.com/spf13/cobra"
)

const hostCommand = "host"

// newHost is the command that a run starts its processes with.
func newHost() *cobra.Command {
	return &cobra.Command{
		Use:    hostCommand,
		Short:  "Holds the cells of a group and takes turns as the parent process tells",
		Hidden: true,
		Args:   noArguments,
		RunE: func(*cobra.Command, []string) error {
			return bench.Host(catalog.All, catalog.Servers...)
		},
	}
}

// hostChild is a process that holds cells.
func hostChild() (*exec.Cmd, error) { return proc.Self(hostCommand) }
