package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newRoot builds the command with all its subcommands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "poolbench",
		Short: "Compares ways of running many Go tasks at once, on this machine",
		Long: `poolbench runs the same tasks under every strategy of its catalog, from plain
goroutines over pool libraries to processes. It proves that each does the same
work, measures them under identical load, and answers in plain words which one
to use.

` + exitHelp,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			var names []string
			for _, sub := range cmd.Commands() {
				if sub.IsAvailableCommand() {
					names = append(names, sub.Name())
				}
			}
			return unknown("command", args[0], names)
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %q", err, cmd.CommandPath()+" --help")
	})
	root.AddCommand(newRun(), newReport(), newList(), newCheck(), newHost())
	return root
}

// noArguments refuses arguments where a command takes only flags.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no argument, got %q; see %q", cmd.CommandPath(), args[0], cmd.CommandPath()+" --help")
	}
	return nil
}
