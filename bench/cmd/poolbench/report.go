package main

import (
	"fmt"

	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/spf13/cobra"
)

func newReport() *cobra.Command {
	var slugs []string
	var format string
	cmd := &cobra.Command{
		Use:   "report FILE",
		Short: "Answers the questions from results that were measured before",
		Long: `report reads a results.txt that "poolbench run" left and prints the answers and
the table again.

` + exitHelp,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s takes one results file, got %d; see %q", cmd.CommandPath(), len(args), cmd.CommandPath()+" --help")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := refuseEmpty(cmd, "question", slugs); err != nil {
				return err
			}
			if err := chooseQuestions(slugs); err != nil {
				return err
			}
			write, ok := map[string]report.Format{"text": report.Text, "markdown": report.Markdown}[format]
			if !ok {
				return unknown("format", format, reportFormats)
			}
			set, err := results.Open(args[0])
			if err != nil {
				return err
			}
			return write(cmd.OutOrStdout(), question.NewEvidence(set), slugs...)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&slugs, "question", nil, "answer only these questions, by slug")
	f.StringVar(&format, "format", "text", "text or markdown")
	complete(cmd, "question", oneOrMore, question.Slugs())
	complete(cmd, "format", one, reportFormats)
	return cmd
}

var reportFormats = []string{"text", "markdown"}
