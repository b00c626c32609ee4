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

// ownModule is the module that holds the workloads.
const ownModule = "github.com/poolbench/poolbench"

// completeModule chooses the workloads for two versions of a pool library: the
// cells of the quick profile that run its strategies.
func (o *gateOptions) completeModule(ctx context.Context, cmd *cobra.Command) error {
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find this folder: %w", err)
	}
	here, err := build.Tree{Dir: dir}.ModuleName(ctx)
	if err == nil && here != ownModule {
		err = fmt.Errorf("this is %s", here)
	}
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return err
		}
		return fmt.Errorf("--module runs the workloads of poolbench, which need their source: clone https://%s and run the gate there: %w", ownModule, err)
	}
	var modules []string
	var of []*strategies.Strategy
	for _, s := range catalog.All {
		if s.Module != "" && s.Module != ownModule && !slices.Contains(modules, s.Module) {
			modules = append(modules, s.Module)
		}
		if s.Module != "" && s.Module == o.request.Module {
			of = append(of, s)
		}
	}
	if len(of) == 0 {
		return unknown("module", o.request.Module, modules)
	}
	if !cmd.Flags().Changed("pkg") {
		o.request.Packages = []string{"./bench"}
	}
	if !cmd.Flags().Changed("bench") {
		o.request.Bench = cellsOf(of)
	}
	return nil
}

// cellsOf returns the pattern of the benchmarks that run some strategies.
func cellsOf(of []*strategies.Strategy) string {
	var patterns []string
	for _, g := range bench.Quick.Groups(bench.Selection{Strategies: catalog.All}) {
		for _, c := range g.Cells {
			if c.Measure == bench.Fanout && slices.ContainsFunc(of, func(s *strategies.Strategy) bool { return s.Name == c.Strategy }) {
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
