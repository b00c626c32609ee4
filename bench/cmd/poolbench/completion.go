package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/question"
	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// known lists what a flag's value can be: names, each with what it is behind a
// tab.
type known func() []string

// names lists the names alone.
func (k known) names() []string {
	names := k()
	for i := range names {
		names[i], _, _ = strings.Cut(names[i], "\t")
	}
	return names
}

// these are known by their names alone.
func these(values ...string) known { return func() []string { return slices.Clone(values) } }

// described lists things by what say returns of each: its name, and what it is.
func described[T any](all []T, say func(T) (name, doc string)) known {
	return func() []string {
		out := make([]string, len(all))
		for i, thing := range all {
			name, doc := say(thing)
			out[i] = name + "\t" + doc
		}
		return out
	}
}

// What the flags of several commands can name.
var (
	knownStrategies = described(variants, func(s *strategies.Strategy) (string, string) { return s.Name, s.Title() })
	knownServers    = described(catalog.Servers, func(s *echo.Server) (string, string) { return s.Name, s.Title() })
	knownServed     = known(func() []string { return append(knownStrategies(), knownServers()...) }) // strategies, then servers
	knownQuestions  = described(question.All, func(q *question.Question) (string, string) { return q.Slug, q.Ask })
	knownProfiles   = described(bench.Profiles, func(p *bench.Profile) (string, string) { return p.Name, p.Doc })
	knownNeeds      = described(guarantee.All, func(g *guarantee.Guarantee) (string, string) { return g.Name, g.Doc })
)

// complete makes the shell complete a flag's value from what is known. A list has
// commas between its values.
func complete(cmd *cobra.Command, flag string, values known) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		done, last := "", typed
		_, list := cmd.Flag(flag).Value.(pflag.SliceValue)
		if i := strings.LastIndexByte(typed, ','); list && i >= 0 {
			done, last = typed[:i+1], typed[i+1:]
		}
		out := beginningWith(last, values())
		for i := range out {
			out[i] = done + out[i]
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag is not declared: a mistake of this program
	}
}

// completeNoFiles keeps the shell from completing files where a command takes no
// argument.
func completeNoFiles(cmd *cobra.Command) {
	if cmd.ValidArgsFunction == nil && cmd.Args != nil && cmd.Args(cmd, []string{"file"}) != nil {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, sub := range cmd.Commands() {
		completeNoFiles(sub)
	}
}

// beginningWith keeps the names that begin with what was typed.
func beginningWith(typed string, known []string) []string {
	return slices.DeleteFunc(known, func(k string) bool { return !strings.HasPrefix(k, typed) })
}

// revisions lists what a gate can compare in this repository: the working tree,
// its branches and its tags.
func revisions() []string {
	refs := git("for-each-ref", "--sort=-creatordate", "--format=%(refname:short)\t%(contents:subject)", "refs/heads", "refs/tags")
	return append([]string{".\tthe working tree"}, strings.FieldsFunc(refs, func(r rune) bool { return r == '\n' })...)
}

// machines lists the classes of machines of which a history has records.
func machines(dir string) (out []string) {
	entries, _ := os.ReadDir(dir) // without a history there is nothing to complete
	for _, entry := range entries {
		if entry.IsDir() {
			out = append(out, entry.Name())
		}
	}
	return out
}
