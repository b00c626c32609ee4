package strategytest

import (
	"errors"
	"strings"
	"time"
)

// A Status is what became of one rule.
type Status string

const (
	Passed        Status = "passed"         // the behaviour equals the declared traits
	Failed        Status = "failed"         // it does not; Reason says in what
	NotApplicable Status = "not applicable" // the rule is about something the strategy does not have
	NotProved     Status = "not proved"     // proving it needs a child process, and none can be started
)

// A Verdict is what became of one rule for one strategy.
type Verdict struct {
	Rule    int           `json:"rule"`              // the rule's number
	Name    string        `json:"name"`              // the rule's name
	Status  Status        `json:"status"`            //
	Reason  string        `json:"reason,omitempty"`  // why, unless passed
	Follows string        `json:"follows,omitempty"` // the name of the failed rule that this failure follows from
	Elapsed time.Duration `json:"elapsed_ns"`        // how long the proof took
}

// A Report holds a verdict for every rule, in the order of [Rules], and a
// report for every variant of the strategy.
type Report struct {
	Strategy string    `json:"strategy"`
	Verdicts []Verdict `json:"verdicts"`
	Options  []Report  `json:"options,omitempty"`
}

// Err joins the failures of the report and of its variants, or returns nil if
// there are none. A failure that follows from another stands below it.
func (r Report) Err() error {
	var errs []error
	said := make(map[string]bool) // a pool that cannot be opened fails every rule with the same words
	for _, v := range r.Verdicts {
		if v.Status != Failed || v.Follows != "" || said[v.Reason] {
			continue
		}
		said[v.Reason] = true
		text := v.Reason
		for _, c := range r.Consequences(v) {
			text += "\n\tfollows from it: " + c.Line()
		}
		errs = append(errs, errors.New(text))
	}
	for _, option := range r.Options {
		if err := option.Err(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Consequences returns the failures that follow from that of v.
func (r Report) Consequences(v Verdict) (out []Verdict) {
	for _, c := range r.Verdicts {
		if c.Status == Failed && c.Follows == v.Name {
			out = append(out, c)
		}
	}
	return out
}

// Line says in one line, without the strategy's name, how the rule failed.
func (v Verdict) Line() string {
	line := firstLine(v.Reason)
	if _, rule, found := strings.Cut(line, "\", rule "); found {
		return "rule " + rule
	}
	return line
}
