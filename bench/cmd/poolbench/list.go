package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

func newList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Lists the strategies with their libraries, versions and traits",
		Long:  "list prints every strategy with its library, version, title, idioms and the\ntraits that \"poolbench check\" proves.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := strategies.Validate(catalog.All...); err != nil {
				return err
			}
			entries := make([]listEntry, len(catalog.All))
			for i, s := range catalog.All {
				entries[i] = newListEntry(s)
			}
			if asJSON {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				return encoder.Encode(entries)
			}
			return writeList(cmd.OutOrStdout(), entries)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// A listEntry is a strategy as list prints it.
type listEntry struct {
	Name     string            `json:"name"`
	Title    string            `json:"title"`
	Advice   string            `json:"advice"`
	Module   string            `json:"module"` // empty: the standard library, or this module
	Version  string            `json:"version"`
	URL      string            `json:"url"`
	Runs     string            `json:"runs"` // where tasks run
	Traits   map[string]string `json:"traits"`
	Idioms   []listIdiom       `json:"idioms"`
	strategy *strategies.Strategy
}

type listIdiom struct {
	Name      string `json:"name"`
	Doc       string `json:"doc"`
	Streams   bool   `json:"streams"`
	Ordered   bool   `json:"ordered"`
	Errors    string `json:"errors"`
	Continues bool   `json:"continues"` // tasks start after another has failed
}

func newListEntry(s *strategies.Strategy) listEntry {
	e := listEntry{
		Name: s.Name, Title: s.Title(), Advice: s.Advice(), Module: s.Module, Version: catalog.Version(s), URL: s.URL,
		Runs: "in this process", Traits: make(map[string]string), Idioms: []listIdiom{}, strategy: s,
	}
	if s.OpenRemote != nil {
		e.Runs = "in other processes"
	}
	for _, t := range report.Traits(s) {
		e.Traits[t.Key] = t.Value
	}
	for _, i := range s.Idioms {
		e.Idioms = append(e.Idioms, listIdiom{i.Name, i.Doc, i.Streams, !i.Unordered, i.Errors.String(), i.Continues})
	}
	return e
}

// writeList writes the entries for people: a table, and below it what is
// particular about each.
func writeList(out io.Writer, entries []listEntry) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STRATEGY\tLIBRARY\tVERSION\tWHAT IT IS")
	for _, e := range entries {
		library := e.Module
		if library == "" {
			library = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", e.Name, library, e.Version, e.Title)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nTraits, as far as they promise less than everything:")
	table = tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, e := range entries {
		var traits []string
		for _, t := range report.Traits(e.strategy) {
			if t.Withdrawn {
				traits = append(traits, t.Key+": "+t.Value)
			}
		}
		fmt.Fprintf(table, "%s\t%s\n", e.Name, orNone(strings.Join(traits, "; ")))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nIdioms of the libraries, measured as pattern=native:")
	table = tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "STRATEGY\tIDIOM")
	for _, t := range report.IdiomTraits(strategies.Idiom{}) {
		fmt.Fprint(table, "\t"+strings.ToUpper(t.Key))
	}
	fmt.Fprintln(table, "\tWHAT IT IS")
	for _, e := range entries {
		for _, i := range e.strategy.Idioms {
			fmt.Fprintf(table, "%s\t%s", e.Name, i.Name)
			for _, t := range report.IdiomTraits(i) {
				fmt.Fprint(table, "\t"+t.Value)
			}
			fmt.Fprintf(table, "\t%s\n", i.Doc)
		}
	}
	return table.Flush()
}

func orNone(s string) string {
	if s == "" {
		return "none withdrawn"
	}
	return s
}
