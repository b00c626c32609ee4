package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/catalog"
)

// head is what a results file says about the run as a whole.
func head(profile *bench.Profile, plan *bench.Plan, took bench.Selection, python string) []results.Setting {
	// The catalog, and what was measured of it besides.
	all := slices.DeleteFunc(slices.Clone(variants), func(s *strategies.Strategy) bool {
		return !slices.Contains(catalog.All, s) && !slices.Contains(took.Strategies, s)
	})
	var versions []string
	for _, s := range all {
		versions = append(versions, s.Name+"="+catalog.Version(s))
	}
	together := "one process"
	if plan.Isolate {
		together = "a process each"
	}
	for _, s := range catalog.Servers {
		versions = append(versions, s.Name+"="+catalog.ServerVersion(s))
	}
	var peers []string
	for _, name := range took.Peers {
		peers = append(peers, name+"="+plan.Peers[name])
	}
	kinds := bench.Kinds(bench.Selection{Strategies: all, Servers: catalog.Servers, Peers: took.Peers})
	settings := append(results.MachineSettings(), []results.Setting{
		{Key: "catalog", Value: strings.Join(versions, " ")},
		{Key: "kinds", Value: kinds},
		{Key: "python", Value: python},
		{Key: "peers", Value: strings.Join(peers, " ")},
		{Key: "runstamp", Value: time.Now().UTC().Format(time.RFC3339)},
		{Key: "profile", Value: profile.Name},
		{Key: "seed", Value: strconv.FormatUint(plan.Seed, 10)},
		{Key: "sides", Value: together},
		{Key: "reference", Value: bench.Reference},
		{Key: "ns-per-step", Value: fmt.Sprintf("%.4f", float64(plan.Calibration))},
	}...)
	return append(settings, bench.DeclaredTraits(all, catalog.Servers)...)
}
