package strategytest

import (
	"strings"

	"github.com/poolbench/poolbench/strategies"
)

// panicValue is what the kit's tasks panic with.
const panicValue = "strategytest: this panic is deliberate"

// stderrOf returns what the child wrote on standard error during one rule.
func (c *child) stderrOf(rule string) string {
	_, text, _ := strings.Cut("\n"+c.stderr.String(), "\n"+ruleMark+rule+"\n")
	text, _, _ = strings.Cut(text, "\n"+ruleMark)
	return text
}

// deathReport returns the lines of a dying process that tell why.
func deathReport(stderr string) string {
	const most = 30
	from := 0
	for _, sign := range []string{"panic: ", "fatal error: ", "SIGQUIT: "} {
		if i := strings.LastIndex("\n"+stderr, "\n"+sign); i > from {
			from = i
		}
	}
	lines := strings.Split(strings.TrimSpace(stderr[from:]), "\n")
	if len(lines) > most {
		lines = append(lines[:most], "...")
	}
	return strings.Join(lines, "\n")
}

// excerptOf returns the line of text that holds a word, and those around it.
func excerptOf(text, word string) string {
	const around = 2
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.Contains(line, word) {
			return strings.TrimSpace(strings.Join(lines[max(0, i-around):min(len(lines), i+around+1)], "\n"))
		}
	}
	return ""
}

// diedOf reports whether a process died of the rule's own provocation, not
// of something else.
func diedOf(rule, stderr string) bool {
	if rule == "panic" {
		return strings.Contains(stderr, "panic: ") && strings.Contains(stderr, panicValue)
	}
	// A pool that detects runtime.Goexit dies with words of its own.
	return strings.Contains(stderr, "panic: ") || strings.Contains(stderr, "fatal error: ")
}

// dataRace returns the first report of the race detector, or "".
func dataRace(stderr string) string {
	const line = "=================="
	_, report, ok := strings.Cut(stderr, "WARNING: DATA RACE")
	if !ok {
		return ""
	}
	report, _, _ = strings.Cut(report, line)
	return strings.TrimSpace(report)
}

// mayRace reports whether the rule's proof may race by declaration: a send on
// a channel that is being closed is a data race for the detector, too.
func mayRace(rule string, t strategies.Traits) bool {
	return rule == "race" && t.Race == strategies.RacePanics
}
