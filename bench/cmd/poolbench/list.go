package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/report"
	"github.com/poolbench/poolbench/bench/table"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

func newList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Lists the strategies and servers with their libraries, versions and traits",
		Long: `list prints every strategy with its library, version, title, options and idioms,
what it guarantees by default, with an option or not, and the traits that
"poolbench check" proves; and every server that owns its socket. For "poolbench
serve" it says which units apply to each, and what its limit counts.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := catalog.Validate(); err != nil {
				return err
			}
			all, err := guarantee.OfAll(catalog.All)
			if err != nil {
				return err
			}
			var entries []listEntry
			for _, s := range all {
				entries = append(entries, newListEntry(s))
			}
			for _, s := range catalog.Servers {
				entries = append(entries, newServerEntry(s))
			}
			return printEither(cmd, asJSON, entries, func(out io.Writer) error { return writeList(out, all, entries) })
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// A listEntry is a strategy or a server as list prints it.
type listEntry struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"` // strategy or server
	Title   string   `json:"title"`
	Advice  string   `json:"advice"`
	Module  string   `json:"module"` // empty: the standard library, or this module
	Version string   `json:"version"`
	URL     string   `json:"url"`
	Runs    string   `json:"runs"`  // where tasks run
	Units   []string `json:"units"` // of serving; "own" for a server, which has none
	Limit   string   `json:"limit"` // what the limit counts when it serves
	listTraits
	Guarantees map[string]guarantee.Answer `json:"guarantees,omitempty"` // by the name that "choose --need" takes
	Options    []listOption                `json:"options,omitempty"`
}

// A listOption is a strategy with an option of its library.
type listOption struct {
	Name   string `json:"name"` // such as ants+nonblocking
	Title  string `json:"title"`
	Advice string `json:"advice"`
	listTraits
}

// listTraits are what is declared of pools that are opened in one way.
type listTraits struct {
	Traits map[string]string `json:"traits"`
	Idioms []listIdiom       `json:"idioms"`

	weaker string
}

type listIdiom struct {
	Name      string `json:"name"`
	Doc       string `json:"doc"`
	Streams   bool   `json:"streams"`
	Ordered   bool   `json:"ordered"`
	Errors    string `json:"errors"`
	Continues bool   `json:"continues"` // tasks start after another has failed
}

func newListTraits(traits []report.Trait, idioms []strategies.Idiom) listTraits {
	t := listTraits{Traits: make(map[string]string), Idioms: []listIdiom{}, weaker: report.Weaker(traits)}
	for _, trait := range traits {
		t.Traits[trait.Key] = trait.Value
	}
	for _, i := range idioms {
		t.Idioms = append(t.Idioms, listIdiom{i.Name, i.Doc, i.Streams, !i.Unordered, i.Errors.String(), i.Continues})
	}
	return t
}

func newListEntry(s *guarantee.Strategy) listEntry {
	e := listEntry{
		Name: s.Name, Kind: "strategy", Title: s.Title(), Advice: s.Advice(), Module: s.Module, Version: catalog.Version(s.Strategy), URL: s.URL,
		Runs: "in this process", Units: unitNames(), Limit: "tasks at once",
		Guarantees: make(map[string]guarantee.Answer),
	}
	switch {
	case s.OpenRemote != nil:
		e.Runs, e.Units, e.Limit = "in other processes", []string{echo.PerMessage.String()}, echo.LimitProcesses.String()
	case !hasLimit(s.Strategy):
		e.Limit = echo.LimitNone.String()
	}
	for i, g := range guarantee.All {
		e.Guarantees[g.Name] = s.Answers[i]
	}
	for i, v := range s.Variants {
		traits := newListTraits(report.Traits(v.Facts), v.Idioms)
		if i == 0 {
			e.listTraits = traits
			continue
		}
		e.Options = append(e.Options, listOption{v.Name, v.Title(), v.Advice(), traits})
	}
	return e
}

// newServerEntry is the entry of a server. It has no idioms.
func newServerEntry(s *echo.Server) listEntry {
	e := listEntry{
		Name: s.Name, Kind: "server", Title: s.Title(), Advice: s.Advice(), Module: s.Module, Version: catalog.ServerVersion(s), URL: s.URL,
		Runs: "in this process", Units: []string{"own"}, Limit: s.Limit.String(),
		listTraits: newListTraits(report.ServerTraits(s), nil),
	}
	if s.Limit == echo.LimitProcesses {
		e.Runs = "in other processes"
	}
	return e
}

// writeList writes the entries for people: a table, and below it what is
// particular about each.
func writeList(out io.Writer, all []*guarantee.Strategy, entries []listEntry) error {
	what := table.Table{Head: []string{"STRATEGY", "LIBRARY", "VERSION", "WHAT IT IS"}}
	serving := table.Table{Head: []string{"STRATEGY", "UNITS", "THE LIMIT COUNTS"}, Title: `Serving the echo ("own" runs no tasks: it owns the listening socket):`}
	given := table.Table{Head: []string{"GUARANTEE", "WHAT IT IS, AND WHO GIVES IT"}, Title: `Guarantees, by the names that "poolbench choose --need" takes:`}
	traits := table.Table{Head: []string{"STRATEGY", "TRAITS"}, Title: "Traits that are weaker than they could be, and the options of the libraries:"}
	idioms := report.IdiomTable(catalog.All)
	idioms.Title = "Idioms of the libraries, measured as pattern=native:"
	for _, e := range entries {
		what.Add(e.Name, cmp.Or(e.Module, "-"), e.Version, e.Title)
		serving.Add(e.Name, strings.Join(e.Units, ", "), e.Limit)
		traits.Add(e.Name, cmp.Or(e.weaker, "none"))
		for _, o := range e.Options {
			traits.Add(o.Name, o.Title)
			traits.Add("", cmp.Or(o.weaker, "none"))
		}
	}
	for _, r := range guarantee.Table(all) {
		given.Add(r.Name, r.Doc)
		for _, state := range []struct {
			state guarantee.State
			names []string
		}{{guarantee.ByDefault, r.ByDefault}, {guarantee.WithOption, r.WithOption}, {guarantee.No, r.No}, {guarantee.Inapplicable, r.Inapplicable}} {
			if len(state.names) > 0 {
				given.Add("", fmt.Sprintf("%s: %s", state.state, strings.Join(state.names, ", ")))
			}
		}
	}
	for i, head := range idioms.Head {
		idioms.Head[i] = strings.ToUpper(head)
	}
	if err := what.Text(out); err != nil {
		return err
	}
	for _, t := range []table.Table{serving, given, traits, idioms} {
		fmt.Fprintln(out)
		if err := t.Text(out); err != nil {
			return err
		}
	}
	return nil
}
