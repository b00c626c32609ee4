package load

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// WriteBenchmark writes the result as one line in the Go benchmark format. The
// name, such as Echo/load=open/connections=64, goes without the word Benchmark
// and has no space; the operations are the requests measured.
//
// The units are p50-ns, p90-ns, p99-ns and p99.9-ns of the response,
// service-p50-ns, service-p99-ns, lag-p99-ns (of an open loop), req/s (right
// replies) and gen-cpu-ns/req. Quantiles that cannot be claimed are left out. The line of an
// invalid run has no latencies, so that nothing takes them for figures: only
// req/s, gen-cpu-ns/req, failed-req and unanswered-req, below a line that
// begins with INVALID and says why.
func (r *Result) WriteBenchmark(w io.Writer, name string) error {
	if name == "" || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' }) {
		return fmt.Errorf("write benchmark line: the name %q is empty or has a space in it", name)
	}
	var b strings.Builder
	if !r.Verdict.Valid {
		fmt.Fprintf(&b, "INVALID Benchmark%s %s\n", name, strings.TrimPrefix(r.Verdict.String(), "INVALID: "))
	}
	fmt.Fprintf(&b, "Benchmark%s\t%d", name, r.Response.Count)
	if r.Verdict.Valid {
		for _, v := range []struct {
			time time.Duration
			unit string
		}{
			{r.Response.P50, "p50-ns"}, {r.Response.P90, "p90-ns"}, {r.Response.P99, "p99-ns"}, {r.Response.P999, "p99.9-ns"},
			{r.Service.P50, "service-p50-ns"}, {r.Service.P99, "service-p99-ns"}, {r.Lag.P99, "lag-p99-ns"},
		} {
			if v.time > 0 && !(r.Options.Closed && v.unit == "lag-p99-ns") {
				fmt.Fprintf(&b, "\t%d %s", v.time, v.unit)
			}
		}
	}
	fmt.Fprintf(&b, "\t%.6g req/s\t%d gen-cpu-ns/req", r.Throughput, r.CPUPerRequest)
	if !r.Verdict.Valid {
		fmt.Fprintf(&b, "\t%d failed-req\t%d unanswered-req", r.Counts.Failed(), r.Counts.Unanswered)
	}
	b.WriteByte('\n')
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write benchmark line %s: %w", name, err)
	}
	return nil
}

// WriteLog writes the three histograms in the HdrHistogram log format, version
// 1.3, as one interval each with the tags response, service and lag. Values are
// in nanoseconds, the column of maxima in milliseconds.
func (r *Result) WriteLog(w io.Writer) error {
	log := hdrhistogram.NewHistogramLogWriter(w)
	begin := r.Start.Add(r.Options.Warmup)
	from, to := begin.UnixMilli(), begin.Add(r.Options.Duration).UnixMilli()
	steps := []func() error{
		log.OutputLogFormatVersion,
		func() error { return log.OutputComment(" " + strings.ReplaceAll(r.Verdict.String(), "\n", " ")) },
		func() error { return log.OutputStartTime(from) },
		log.OutputLegend,
	}
	for _, part := range []struct {
		tag       string
		histogram *hdrhistogram.Histogram
	}{{"response", r.Response.Histogram}, {"service", r.Service.Histogram}, {"lag", r.Lag.Histogram}} {
		steps = append(steps, func() error {
			h := part.histogram.Clone()
			h.SetTag(part.tag)
			h.SetStartTimeMs(from)
			h.SetEndTimeMs(to)
			return log.OutputIntervalHistogram(h)
		})
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("write histogram log: %w", err)
		}
	}
	return nil
}
