package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

// newRoot builds the command with all its subcommands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "poolbench",
		Short: "Compares ways of running many Go tasks at once, on this machine",
		Long: `poolbench compares ways of running many Go tasks at once: goroutines, pool
libraries, worker processes and network servers. It proves what each of them
guarantees, measures all of them under the same load, and says which one to use.

` + exitHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	refuseUnknown(root, "command")
	root.SetFlagErrorFunc(flagError)
	mode := colorAuto
	root.PersistentFlags().Var(value[string]{&mode, "when", func(text string) (string, error) {
		return text, oneOf("colour", text, colorModes)
	}, func(mode string) string { return mode }}, colorFlag, "colour the output: auto, always or never (auto: on a terminal, unless NO_COLOR is set)")
	root.AddCommand(newRun(), newReport(), newChoose(), newList(), newCheck(), newServe(), newClient(), newGate(), newLoad(), newHost(), newHistory())
	root.SetHelpCommand(newHelp())
	complete(root, colorFlag, these(colorModes...))
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		refuseUnknown(completion, "shell")
	}
	root.Version = "below" // it takes a while to find out
	cobra.AddTemplateFunc("versions", versions)
	root.SetVersionTemplate("{{versions}}\n")
	fitHelp(root)
	completeNoFiles(root)
	return root
}

// fitHelp makes help as wide as the terminal.
func fitHelp(root *cobra.Command) {
	write := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		out := cmd.OutOrStdout()
		text := newConsole(cmd, out, defaultColumns)
		long := cmd.Long
		cmd.Long = paragraphs(long)
		cmd.SetOut(text)
		write(cmd, args)
		cmd.SetOut(out)
		cmd.Long = long
		if err := text.Flush(); err != nil {
			cmd.PrintErrln("poolbench:", err)
		}
	})
}

// newHelp is the command help, which unlike cobra's own takes a misspelt
// command for an error.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about := cmd.Root()
			for _, arg := range args {
				i := slices.IndexFunc(about.Commands(), func(sub *cobra.Command) bool { return sub.Name() == arg })
				switch {
				case i < 0 && !about.HasAvailableSubCommands():
					return fmt.Errorf("%s has no commands, got %q; see %q", about.CommandPath(), arg, about.CommandPath()+" --help")
				case i < 0:
					return unknown("command", arg, available(about))
				}
				about = about.Commands()[i]
			}
			return about.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) (names []string, _ cobra.ShellCompDirective) {
			if len(args) == 0 {
				names = beginningWith(typed, available(cmd.Root()))
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// refuseUnknown makes an error of what is none of a command's subcommands;
// cobra would print help and succeed.
func refuseUnknown(cmd *cobra.Command, kind string) {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		if cmd.Version != "" && args[0] == "version" {
			return errors.New("unknown command \"version\", did you mean --version?")
		}
		return unknown(kind, args[0], available(cmd))
	}
}

// available lists the subcommands that are shown.
func available(cmd *cobra.Command) (names []string) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// noArguments refuses arguments where a command takes only flags.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no argument, got %q; see %q", cmd.CommandPath(), args[0], cmd.CommandPath()+" --help")
	}
	return nil
}
