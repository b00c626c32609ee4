package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/gate/build"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
	"github.com/spf13/cobra"
)

// workloads is the package that runs those of poolbench under the catalog. Its
// module requires the pool libraries.
const workloads = "github.com/poolbench/poolbench/strategies/catalog/bench"

// completeModule chooses the workloads for two versions of a pool library: the
// cells of the quick profile that run its strategies.
func (o *gateOptions) completeModule(ctx context.Context, cmd *cobra.Command) error {
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find this folder: %w", err)
	}
	if _, _, err := (build.Tree{Dir: dir}).Module(ctx, workloads); err != nil {
		if errors.Is(err, context.Canceled) {
			return err
		}
		return fmt.Errorf("--module runs the workloads of poolbench, which need their source: clone https://github.com/poolbench/poolbench and run the gate there: %w", err)
	}
	if !cmd.Flags().Changed("pkg") {
		o.request.Packages = []string{workloads}
	}
	if !cmd.Flags().Changed("bench") {
		o.request.Bench = cellsOf(o.request.Module)
	}
	return nil
}

// libraries lists the modules of the catalog's strategies.
func libraries() (modules []string) {
	for _, s := range catalog.All {
		if s.Module != "" && !slices.Contains(modules, s.Module) {
			modules = append(modules, s.Module)
		}
	}
	return modules
}

// cellsOf returns the pattern of the benchmarks that run the strategies of a
// module.
func cellsOf(module string) string {
	var patterns []string
	for _, g := range bench.Quick.Groups(bench.Selection{Strategies: catalog.All}) {
		for _, c := range g.Cells {
			if c.Measure == bench.Fanout && slices.ContainsFunc(catalog.All, func(s *strategies.Strategy) bool { return s.Name == c.Strategy && s.Module == module }) {
				parts := strings.Split("Benchmark"+c.Name(), "/")
				for i, p := range parts {
					parts[i] = "^" + regexp.QuoteMeta(p) + "$"
				}
				patterns = append(patterns, strings.Join(parts, "/"))
			}
		}
	}
	return strings.Join(patterns, "|")
}
