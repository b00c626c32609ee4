package processes

import (
	"fmt"

	"github.com/poolbench/poolbench/strategies"
)

// An abortion is the error of a job that ended without returning. It is a
// strategies.ErrAborted and says more.
type abortion string

func (e abortion) Error() string { return string(e) }

func (e abortion) Unwrap() error { return strategies.ErrAborted }

// interpret makes of an answer the arguments of the job's done.
func interpret(kind string, what outcome, payload []byte) (strategies.Result, error) {
	switch what {
	case outcomeResult:
		return payload, nil
	case outcomePanic:
		return nil, abortion(fmt.Sprintf("job of kind %q panicked: %s", kind, payload))
	case outcomeGoexit:
		return nil, abortion(fmt.Sprintf("job of kind %q called runtime.Goexit", kind))
	default:
		return nil, fmt.Errorf("job of kind %q: %s", kind, payload)
	}
}
