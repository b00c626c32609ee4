package question

import (
	"regexp"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/results"
)

// echo is a cell of traffic whose keys come before the strategy.
func echo(keys, strategy string, values map[string]float64) measured {
	return measured{strategy: strategy, keys: keys, values: values}
}

// costing is a server that needs that multiple of the reference's CPU time.
func costing(unit, strategy string, x float64) measured {
	return echo("load=closed/unit="+unit+"/connections=64/payload=64", strategy, map[string]float64{
		results.Invalid: 0, results.ReqRate: 100_000 / x, results.CPUNsPerReq: 10_000 * x, results.CPUXRef: x, results.XRef: x,
	})
}

// late is a server whose 99th percentile is so many microseconds.
func late(strategy string, us float64) measured {
	return echo("load=open/unit=connection/connections=64/payload=64/rate=60pct", strategy, map[string]float64{
		results.Invalid: 0, results.P50: us * 300, results.P99: us * 1000, results.OfferedRate: 24_000,
	})
}

// stranger is a server that ran already, so that its CPU time is not known.
func stranger(name string, rate float64) measured {
	return echo("load=closed/unit=own/connections=64/payload=64", name, map[string]float64{results.Invalid: 0, results.ReqRate: rate})
}

// unvouchedFor is what is left of a server under a generator that was late.
func unvouchedFor(m measured) measured {
	m.values = map[string]float64{results.Invalid: 1, results.GenCPU: 9000, results.OfferedRate: 24_000}
	m.spread = 1e-9
	return m
}

// holding is a server whose idle connections hold so many bytes each.
func holding(strategy string, each float64) measured {
	return echo("load=open/unit=connection/connections=64/payload=64/rate=1pct/idle=10000", strategy, map[string]float64{
		results.Invalid: 0, results.BPerConn: each, results.OpenConns: 10_064,
	})
}

// swamped is a server that answers a share of what is asked.
func swamped(unit, rate, strategy string, share, starved float64) measured {
	return echo("load=open/unit="+unit+"/connections=64/payload=1024/rate="+rate+"pct/handler=1ms/limit=8", strategy, map[string]float64{
		results.Invalid: 0, results.Answered: share, results.P50: 1e6 / share, results.Starved: starved, results.RSSGrowth: 1e5 / share, results.UnansweredReq: 4000 * (1 - share),
	})
}

// panicked is a server after panics.
func panicked(strategy string, crashed, waiting float64) measured {
	return echo("load=closed/unit=connection/connections=64/payload=64/panics=1000", strategy, map[string]float64{
		results.Invalid: 0, results.Crashed: crashed, results.UnansweredReq: waiting, results.FailedReq: 10,
	})
}

func TestAnswersOnTrafficFollowTheEvidence(t *testing.T) {
	type groups = map[string][]measured
	for _, c := range []struct {
		what     string
		question *Question
		blocks   int
		groups   groups
		head     []results.Setting
		want     []string
	}{
		{"servers that differ", Server, 12, groups{"echocapacity": {
			costing("connection", "goroutines", 1), costing("connection", "control", 1), costing("connection", "mine", 1.003),
			costing("message", "mine", 1.4), costing("own", "loops", 0.7),
		}}, []results.Setting{{Key: "python", Value: "3.11"}}, []string{
			`^loops needs 1\.4\d?x \[.*\] less CPU time for a request than a goroutine per connection\.$`, `^No difference in CPU time from a goroutine per connection was found with mine\.$`, `^More CPU time than a goroutine per connection is needed by mine per message 1\.4\d?x \[.*\]\.$`,
			`^With 64 connections that each wait for their reply, a goroutine per connection answers (99|100|101)(\.\d)? thousand \[.*\] requests a second, of 64 bytes each, and needs (9\.9|10\.)\d* us \[.*\] of CPU time for each; the load generator runs on the same CPUs\.$`,
			`^A task per message takes this multiple of the CPU time of a task per connection under the same strategy: mine 1\.(39|4\d?)x \[.*\]\.`,
		}},
		{"servers that were measured too seldom", Server, 3, groups{"echocapacity": {
			costing("connection", "goroutines", 1), costing("connection", "control", 1), costing("connection", "mine", 2),
		}}, []results.Setting{{Key: "python", Value: "3.11"}}, []string{`^Too little was measured for a verdict: at most 3 processes of each strategy, where comparing 1 takes 6\.`, `^With 64 connections .* about `, `^Figures with "about"`}},
		{"servers that ran already", Server, 12, groups{"echocapacity": {
			costing("connection", "goroutines", 1), costing("connection", "control", 1), stranger("upper", 50_000), unvouchedFor(stranger("lying", 1)),
		}}, []results.Setting{{Key: "python", Value: "3.11"}, {Key: "kinds", Value: "goroutines=pool upper=peer lying=peer"}}, []string{
			`^With 64 connections .* requests a second`,
			`^Of the servers that ran already, upper answers (49\.\d|5[01]\.\d) thousand \[.*\] requests a second; their CPU time cannot be seen from here\.$`,
			`^With 64 connections that each wait for their reply, all runs against lying are invalid and have no figures; the results file gives the reasons\.$`,
		}},
		{"units of one strategy, and the cheapest last", Server, 12, groups{"echocapacity": {
			costing("connection", "goroutines", 1), costing("connection", "control", 1), costing("connection", "mine", 1), costing("connection", "other", 1),
			costing("message", "other", 1.2), costing("message", "mine", 1.5), costing("message", "goroutines", 1.3),
		}}, []results.Setting{{Key: "python", Value: "3.11"}}, []string{
			`^No way to serve was found to need less CPU time`, `^No difference`, `^More CPU time`, `^With 64`,
			`under the same strategy: mine 1\.\S+ \[.*\], goroutines 1\.\S+ \[.*\] and other 1\.`,
		}},
		{"servers in Python", Server, 12, groups{"echocapacity": {
			costing("connection", "goroutines", 1), costing("connection", "control", 1), costing("connection", "pythonthreads", 3),
		}}, nil, []string{`^With 64`, `^Servers in Python, with a worker for each connection: pythonthreads needs (2\.9|3\.)\d*x \[.*\] more CPU time than a goroutine per connection and answers 33\.\d thousand \[.*\] requests a second\.$`}},
		{"a rate", Server, 12, groups{"echorate60": {late("goroutines", 400), late("mine", 200), unvouchedFor(late("other", 1))}}, []results.Setting{{Key: "python", Value: "3.11"}}, []string{
			`^At 60 % of the rate that would keep every CPU busy here, 2[34]\.\d thousand \[.*\] requests a second, a goroutine per connection answers half within (119|12\d) us \[.*\] and 99 % within (39|40)\d us \[.*\]; the 99th percentile of others is (19|20)\d us \[.*\] with mine\.$`,
			`^At 60 % of .* all runs against other are invalid and have no figures; the results file gives the reasons\.$`,
			`^Only 24 of 36 runs at this rate count; in the others the load generator was late, so these figures are those of quieter moments\.$`,
		}},
		{"a rate at which nothing is valid", Server, 2, groups{"echorate60": {unvouchedFor(late("goroutines", 1)), unvouchedFor(late("mine", 1))}}, []results.Setting{{Key: "python", Value: "3.11"}},
			[]string{`all runs against goroutines and mine are invalid`}},
		{"idle connections", Server, 12, groups{"echoidle": {holding("goroutines", 3900), holding("mine", 400), holding("other", 9000)}}, []results.Setting{{Key: "python", Value: "3.11"}}, []string{
			`^Of 10\d{3} connections, nearly all idle, each takes 3\.\d+ kB \[.*\] of resident memory with a goroutine per connection, and from (39|40)\d B \[.*\] with mine to (8\.9|9\.0)\d* kB \[.*\] with other; `,
		}},
		{"more than there are places", Overload, 12, groups{
			"echooverload200": {swamped("message", "200", "goroutines", 0.999, 0), swamped("message", "200", "mine", 0.5, 40)},
			"echostarving":    {swamped("connection", "50", "goroutines", 0.999, 0), swamped("connection", "50", "mine", 0.12, 56), swamped("own", "50", "loops", 0.3, 0)},
		}, []results.Setting{{Key: results.HandlerCapacity, Value: "6200 req/s"}, {Key: bench.TraitFull, Value: "blocks = goroutines | queues without bound = mine, other"}, {Key: bench.TraitElsewhere, Value: "in processes of their own = far, further"}}, []string{
			`^When twice as many requests come as 8 workers can handle, mine per message answers (49|50|51)\.\d % \[.*\] of them; the other requests wait, and none is rejected; go f\(\), which has no limit, keeps up, because waiting takes no CPU\.$`,
			`^Where a connection keeps its worker, .*: of 64 under a limit of 8, (55|56|57) with mine \(1[12]\.\d % \[.*\] of the requests answered\)\.$`,
			`^An event loop serves all connections, but a handler that waits holds up its loop: loops answers (29|30|31)\.\d % \[.*\] of the requests\.$`,
			`^A server whose handler waits 1ms and that has 8 workers answers 6\.20 thousand requests a second at most\.$`,
			`^At 200 % of what the workers can handle, go f\(\), which has no limit, answers (100|99\.\d) % \[.*\], half within (99\d us|1\.0\d ms) \[.*\]; mine per message answers (49|50|51)\.\d % \[.*\], half within (1\.9|2\.0)\d* ms \[.*\]\.$`,
			`^Meanwhile, after the first tenth of a second, the server's memory grows each second by (99\.\d|1\d\d) kB \[.*\] with a goroutine per message and (19|20)\d kB \[.*\] with mine per message\. ` +
				`Soon after the last request (19\d\d|20\d\d) were still without a reply with mine per message, and 4 with a goroutine per message\.$`,
			`^Not measured: far and further, which answer in processes of their own\. The handler that waits is a func`,
			`^What a submit to a full pool does, as declared and proved by "poolbench check": blocks: go f\(\); queues without bound: mine and other\.$`,
		}},
		{"panics", Failure, 2, groups{"echofailure": {panicked("goroutines", 1, 0), panicked("mine", 0, 0), panicked("other", 0, 9)}},
			[]results.Setting{{Key: bench.TraitPanic, Value: "crashes the process = goroutines | swallowed = mine, other"}, {Key: bench.TraitNested, Value: "safe = mine"}, {Key: bench.TraitElsewhere, Value: "in processes of their own = far"}}, []string{
				`^When a handler panics on one message in 1000, each connection a task: the server dies, and all connections with it, under go f\(\); clients wait for ever for a worker under other \(9 of 64\); only the connection that asked ends, and no client hangs, under mine\.$`,
				`^Not measured: far, which answers in processes of its own\. The handler that panics is`,
				`^A task's panic, by strategy: crashes the process: go f\(\); swallowed: mine and other\.$`, `^Submitting from within a task to the same pool: safe: mine\.$`,
				`^These are declared, and "poolbench check" proves them\.$`,
			}},
		{"nothing", Failure, 2, groups{"unheard": {panicked("goroutines", 1, 0)}}, nil, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			got := texts(t, c.question, evidence(t, c.blocks, c.groups, c.head...))
			ok := len(got) == len(c.want)
			for i := 0; ok && i < len(got); i++ {
				ok = regexp.MustCompile(c.want[i]).MatchString(got[i])
			}
			if !ok {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}
