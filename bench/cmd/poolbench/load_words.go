package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/results"
	"github.com/poolbench/poolbench/echo/load"
)

// writeLoad prints a run: the lines for tools, then the words for people. Tools
// that read the Go benchmark format pass over the words.
func writeLoad(out io.Writer, r *load.Result) error {
	var b bytes.Buffer
	for _, s := range append(results.MachineSettings(), []results.Setting{
		{Key: "addr", Value: r.Options.Addr},
		{Key: "runstamp", Value: r.Start.UTC().Format(time.RFC3339)},
		{Key: "seed", Value: strconv.FormatUint(r.Options.Seed, 10)},
	}...) {
		if s.Value != "" {
			fmt.Fprintf(&b, "%s: %s\n", s.Key, s.Value)
		}
	}
	var line strings.Builder
	if err := r.WriteBenchmark(&line, loadName(r.Options)); err != nil {
		return err
	}
	if err := results.WriteUnits(&b, strings.Fields(line.String())...); err != nil {
		return err
	}
	b.WriteString(line.String())
	b.WriteString("\n" + loadWords(r) + "\n\n" + r.Verdict.String() + "\n")
	for _, note := range r.Verdict.Notes { // what a valid run still does not show
		b.WriteString("Note " + note + "\n")
	}
	_, err := out.Write(b.Bytes())
	return err
}

// loadName names a benchmark by everything that was asked of the server.
func loadName(o load.Options) string {
	name := "Echo/load=closed"
	if !o.Closed {
		name = fmt.Sprintf("Echo/load=open/arrivals=%v/rate=%g", o.Arrivals, o.Rate)
		if o.RampTo != 0 {
			name += fmt.Sprintf("/ramp-to=%g", o.RampTo)
		}
	}
	if o.Protocol != load.Echo.Name {
		name += "/protocol=" + o.Protocol
	}
	name += fmt.Sprintf("/connections=%d", o.Connections)
	if o.Idle > 0 {
		name += fmt.Sprintf("/idle=%d", o.Idle)
	}
	if o.Churn > 0 {
		name += fmt.Sprintf("/churn=%d", o.Churn)
	}
	// A number at the end would pass for that of the CPUs, and the format
	// has a slash before every key.
	return name + fmt.Sprintf("/payload=%d", o.Payload)
}

// loadWords says what was asked and what came of it.
func loadWords(r *load.Result) string {
	o, c := r.Options, r.Counts
	asked := fmt.Sprintf("%.0f requests a second", r.Planned)
	if o.Closed {
		asked = "one request at a time"
	}
	words := fmt.Sprintf("Sent %s to %s on %s, %d bytes each, for %v: %d requests, the warm-up included, of which %d were answered right",
		asked, o.Addr, number(uint64(o.Connections), "connection"), o.Payload, o.Duration, c.Sent, c.Received)
	if c.Failed() > 0 || c.Unanswered > 0 {
		words += fmt.Sprintf(", %d failed and %d were still unanswered at the end", c.Failed(), c.Unanswered)
	}
	words += "."
	if !r.Verdict.Valid {
		return words
	}
	words += fmt.Sprintf(" %.0f replies came a second. Half of them took at most %v", r.Throughput, rounded(r.Response.P50))
	if r.Response.P99 > 0 {
		words += fmt.Sprintf(", 99 of 100 at most %v", rounded(r.Response.P99))
	}
	return words + fmt.Sprintf(", the slowest %v.", rounded(r.Response.Max))
}

// rounded keeps three digits of a time.
func rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
