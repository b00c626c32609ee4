package strategytest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/poolbench/poolbench/strategies"
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
		c := &child{order: order{Call: how.call, Rules: names, Timing: t}, strategy: s}
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
	stderr   tail
	stdout   tail // what is no message
}

// run starts the process and returns at least one verdict: one for each rule
// that began. Those that did not are for the next child.
func (c *child) run(ctx context.Context, args []string) []Verdict {
	exit, err := c.process(ctx, args)
	if err != nil {
		return c.failAll(err.Error())
	}
	if c.begun != "" {
		c.verdicts = append(c.verdicts, c.died(exit))
	} else if len(c.verdicts) == 0 {
		return c.failAll(fmt.Sprintf("the child process ended (%s) before it reached the kit; call strategytest.Hook in TestMain if the test cannot be repeated there. It printed:\n%s%s", exit, c.stdout.text, c.stderr.text))
	}
	for i, v := range c.verdicts {
		if race := dataRace(c.stderrOf(v.Name)); race != "" && v.Status != Failed && !mayRace(v.Name, c.strategy.Traits) {
			c.verdicts[i] = c.failed(v.Name, v.Elapsed, &failure{
				did: "proving the rule under the race detector", expected: "no data race", observed: "this one:\n" + race})
		}
	}
	return c.verdicts
}

// process runs the process to its end and reads its messages.
func (c *child) process(ctx context.Context, args []string) (exit string, err error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program to start it as a child process: %w", err)
	}
	text, err := json.Marshal(c.order)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Args[0] = os.Args[0] // a program may go by the name it was called by
	cmd.Env = append(os.Environ(), orderVariable+"="+string(text),
		// With the race detector a process sleeps for a second before it exits.
		"GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0")
	cmd.Cancel = func() error {
		// A Go process answers this signal with a goroutine dump.
		if cmd.Process.Signal(syscall.SIGQUIT) == nil {
			return nil
		}
		return cmd.Process.Kill()
	}
	cmd.WaitDelay = 2 * time.Second
	cmd.Stderr = &c.stderr
	output, stdout := io.Pipe()
	cmd.Stdout = stdout
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	defer lifeline.Close()
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("starting this program as a child process: %w", err)
	}
	messages := make(chan message)
	go c.read(output, messages)
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		stdout.Close()
		ended <- err
	}()
	longest := (&trial{timing: c.Timing, traits: c.strategy.Traits}).longest() + c.Timing.Hang
	silence := time.NewTimer(longest)
	defer silence.Stop()
	for {
		select {
		case m, ok := <-messages:
			if !ok {
				if err := <-ended; err != nil {
					return err.Error(), nil
				}
				return "exit status 0", nil
			}
			c.take(m)
			silence.Reset(longest)
		case <-silence.C:
			c.killed = true
			cancel()
		}
	}
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

// read takes the messages out of the child's output.
func (c *child) read(output io.Reader, messages chan<- message) {
	defer close(messages)
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if text, ok := strings.CutPrefix(line, messageMark); ok {
			var m message
			if json.Unmarshal([]byte(text), &m) == nil {
				messages <- m
			}
		} else {
			c.stdout.Write([]byte(line))
		}
		if err != nil {
			return
		}
	}
}

// died is the verdict on a rule whose proof ended with the process.
func (c *child) died(exit string) Verdict {
	elapsed := time.Since(c.since)
	last := c.stderrOf(c.begun)
	expected := "the process to live on"
	if wreck, reason := hazard(c.begun, c.strategy.Traits); wreck == crashes {
		if !c.killed && lastWords(c.begun, last) {
			r := ruleNamed(c.begun)
			return Verdict{Rule: r.Number, Name: r.Name, Status: Passed, Elapsed: elapsed}
		}
		expected = "a death of the declared kind: " + reason
	}
	return c.failed(c.begun, elapsed, &failure{
		did: "proving the rule in a child process", expected: expected,
		observed: fmt.Sprintf("its death (%s):\n%s", exit, obituary(last))})
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
