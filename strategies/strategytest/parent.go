package strategytest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
)

// A starter says how a child process that knows the strategy is started: the
// arguments after the program's own name, and which examination it is for.
type starter struct {
	args []string
	call callID
}

// byHook starts a child that finds the strategy in Hook.
func byHook(call callID) *starter { return &starter{call: call} }

// byTest starts a child that runs one test up to its call of the kit.
func byTest(name string, call callID) *starter {
	return &starter{[]string{"-test.run=" + onlyTest(name), "-test.count=1", "-test.timeout=0"}, call}
}

// proveInChildren proves rules in child processes, one after the other: a child
// goes on until it is through, dies, or hangs.
func proveInChildren(ctx context.Context, how *starter, s *strategies.Strategy, names []string, t timing, deliver func(Verdict)) {
	for len(names) > 0 && ctx.Err() == nil {
		c := newChild(order{Call: how.call, Rules: names, Timing: t}, s)
		verdicts := c.run(ctx, how.args)
		for _, v := range verdicts {
			deliver(v)
		}
		names = names[len(verdicts):]
	}
}

// A child is one child process and what became of it.
type child struct {
	order
	strategy *strategies.Strategy

	verdicts []Verdict
	begun    string // the rule whose proof has begun and not ended
	killed   bool   // it was silent for too long
	since    time.Time
	stderr   proc.Tail
	stdout   proc.Tail
}

func newChild(o order, s *strategies.Strategy) *child {
	const most = 1 << 20 // bytes of the first and of the last that it prints
	return &child{order: o, strategy: s, stderr: proc.Tail{Most: most}, stdout: proc.Tail{Most: most}}
}

// run starts the process and returns at least one verdict: one for each rule
// that began. Those that did not are for the next child.
func (c *child) run(ctx context.Context, args []string) []Verdict {
	exit, err := c.process(ctx, args)
	if err != nil {
		return c.failAll(fmt.Sprintf("%v%s%s", err, c.stdout.After("; it printed:\n"), c.stderr.After("\nits standard error:\n")))
	}
	if c.begun != "" {
		c.verdicts = append(c.verdicts, c.died(exit))
	} else if len(c.verdicts) == 0 {
		return c.failAll(fmt.Sprintf("the child process ended (%s) before it reached this call of the kit; call strategytest.Hook in TestMain if the test cannot be repeated there%s%s",
			exit, c.stdout.After("; it printed:\n"), c.stderr.After("\nits standard error:\n")))
	}
	for i, v := range c.verdicts {
		if v.Status == Passed {
			if err := judgeOutput(v.Name, c.strategy.Traits, c.stderrOf(v.Name)); err != nil {
				c.verdicts[i] = failedVerdict(c.strategy, ruleNamed(v.Name), err, v.Elapsed)
			}
		}
		if race := dataRace(c.stderrOf(v.Name)); race != "" && v.Status != Failed && !mayRace(v.Name, c.strategy.Traits) {
			c.verdicts[i] = c.failed(v.Name, v.Elapsed, &failure{
				did: "proving the rule under the race detector", expected: "no data race", observed: "this one:\n" + race})
		}
	}
	return c.verdicts
}

// process runs the process to its end and reads its messages.
func (c *child) process(ctx context.Context, args []string) (exit string, err error) {
	cmd, err := proc.Self(args...)
	if err != nil {
		return "", err
	}
	// With the race detector a process sleeps for a second before it exits.
	cmd.Env = append(os.Environ(), "GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0")
	cmd.Stdout, cmd.Stderr = &c.stdout, &c.stderr
	longest := (&trial{timing: c.Timing, traits: c.strategy.Traits}).longest() + c.Timing.Hang
	p, err := examiner.Start(ctx, cmd, longest)
	if err != nil {
		return "", err
	}
	defer p.Close()
	if err := json.NewEncoder(p.In).Encode(c.order); err != nil {
		p.Kill()
		return "", fmt.Errorf("send the child process its rules (%s): %w", p.State(), err)
	}
	unbind := context.AfterFunc(ctx, func() { quit(p.Process) })
	defer unbind()
	messages := make(chan message)
	go c.read(p.Out, messages)
	silence := time.NewTimer(longest)
	defer silence.Stop()
	for {
		select {
		case m, ok := <-messages:
			if !ok {
				return p.State(), nil
			}
			c.take(m)
			silence.Reset(longest)
		case <-silence.C:
			c.killed = true
			quit(p.Process)
		}
	}
}

// quitGrace is how long a process may take to print its goroutines.
const quitGrace = 2 * time.Second

// quit ends a process with a signal that a Go program answers with a dump of its
// goroutines.
func quit(p *proc.Process) {
	if p.Signal(syscall.SIGQUIT) != nil {
		p.Kill() // this platform has no such signal
	}
	time.AfterFunc(quitGrace, p.Kill)
}

// take notes a message.
func (c *child) take(m message) {
	if m.Begin != "" {
		c.begun, c.since = m.Begin, time.Now()
	}
	if m.Verdict != nil {
		c.begun = ""
		c.verdicts = append(c.verdicts, *m.Verdict)
	}
}

// read takes the child's messages until it ends.
func (c *child) read(output io.Reader, messages chan<- message) {
	defer close(messages)
	for decoder := json.NewDecoder(output); ; {
		var m message
		if decoder.Decode(&m) != nil {
			return
		}
		messages <- m
	}
}

// died is the verdict on a rule whose proof ended with the process.
func (c *child) died(exit string) Verdict {
	elapsed := time.Since(c.since)
	last := c.stderrOf(c.begun)
	expected := "the process to live on"
	if damage, reason := hazard(c.begun, c.strategy.Traits); damage == crashes {
		if !c.killed && diedOf(c.begun, last) {
			r := ruleNamed(c.begun)
			return Verdict{Rule: r.Number, Name: r.Name, Status: Passed, Elapsed: elapsed}
		}
		expected = "a death of the declared kind: " + reason
	}
	return c.failed(c.begun, elapsed, &failure{
		did: "proving the rule in a child process", expected: expected,
		observed: fmt.Sprintf("its death (%s):\n%s", exit, deathReport(last))})
}

// failed is the verdict on a rule that the parent found to fail.
func (c *child) failed(rule string, elapsed time.Duration, f *failure) Verdict {
	return failedVerdict(c.strategy, ruleNamed(rule), f, elapsed)
}

// failAll is what a child that cannot be had makes of all rules.
func (c *child) failAll(why string) []Verdict {
	var all []Verdict
	for _, name := range c.Rules {
		all = append(all, c.failed(name, 0, &failure{
			did: "starting a child process", expected: "it to prove the rule", observed: why}))
	}
	return all
}
