package strategytest

import (
	"errors"
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
	Rule    int           `json:"rule"`             // the rule's number
	Name    string        `json:"name"`             // the rule's name
	Status  Status        `json:"status"`           //
	Reason  string        `json:"reason,omitempty"` // why, unless passed
	Elapsed time.Duration `json:"elapsed_ns"`       // how long the proof took
}

// A Report holds a verdict for every rule, in the order of [Rules], and a
// report for every variant of the strategy.
type Report struct {
	Strategy string    `json:"strategy"`
	Verdicts []Verdict `json:"verdicts"`
	Options  []Report  `json:"options,omitempty"`
}

// Err joins the failures of the report and of its variants, or returns nil if
// there are none.
func (r Report) Err() error {
	var errs []error
	said := make(map[string]bool) // a pool that cannot be opened fails every rule with the same words
	for _, v := range r.Verdicts {
		if v.Status == Failed && !said[v.Reason] {
			said[v.Reason] = true
			errs = append(errs, errors.New(v.Reason))
		}
	}
	for _, option := range r.Options {
		if err := option.Err(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
