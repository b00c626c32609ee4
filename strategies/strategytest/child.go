package strategytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/poolbench/poolbench/strategies"
)

// orderVariable names the environment variable that makes a process a child and
// holds its order.
const orderVariable = "STRATEGYTEST_ORDER"

// An order tells a child process what to prove.
type order struct {
	Call   callID
	Rules  []string // names, in the order of proof
	Timing timing
}

// A message is what the child reports on its standard output, one JSON object a
// line after messageMark.
type message struct {
	Begin   string   `json:"begin,omitempty"` // the name of the rule whose proof begins
	Verdict *Verdict `json:"verdict,omitempty"`
}

const (
	messageMark = "strategytest message: "
	ruleMark    = "strategytest rule: " // on standard error, so that what stands there can be told apart
)

// childOrder returns the order of this process, or nil if it is no child. The
// variable is taken away, so that no process the child starts takes itself for
// one.
var childOrder = sync.OnceValue(func() *order {
	text, ok := os.LookupEnv(orderVariable)
	if !ok {
		return nil
	}
	os.Unsetenv(orderVariable)
	o := new(order)
	if err := json.Unmarshal([]byte(text), o); err != nil {
		fmt.Fprintf(os.Stderr, "strategytest: %s is for the kit's own child processes: %v\n", orderVariable, err)
		os.Exit(2)
	}
	return o
})

// carryOut proves the rules of the order and exits. It exits early after a
// hang, so that what hangs does not disturb the rules after it: the parent
// starts another child for them.
func (o *order) carryOut(s *strategies.Strategy) {
	go func() {
		// Standard input is the life-line: it ends when the parent does.
		io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	}()
	offered, err := probe(s, o.Timing)
	for _, name := range o.Rules {
		say(message{Begin: name})
		fmt.Fprintf(os.Stderr, "\n%s%s\n", ruleMark, name)
		v, hung := examineRule(s, ruleNamed(name), offered, err, o.Timing)
		holds(o.Timing.Stall, nobodyDies) // or the death would be that of the next rule
		say(message{Verdict: &v})
		if hung {
			break
		}
	}
	os.Exit(0)
}

// say sends a message to the parent. It begins on a new line whatever the
// strategy has printed.
func say(m message) {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err) // a message holds nothing that JSON cannot
	}
	fmt.Fprintf(os.Stdout, "\n%s%s\n", messageMark, text)
}

// probe opens a pool to see what it offers.
func probe(s *strategies.Strategy, t timing) (offers, error) {
	var o offers
	tr := &trial{strategy: s, traits: s.Traits, timing: t}
	tr.rule.prove = func(tr *trial) error {
		sh, err := tr.open(1)
		if err != nil {
			return err
		}
		o = offers{Cancel: sh.canceler() != nil, Divide: sh.divider() != nil, Resize: sh.resizer() != nil, Try: sh.trySubmitter() != nil}
		return sh.finish()
	}
	if err := tr.run(); err != nil {
		return offers{}, err
	}
	return o, nil
}

// ruleNamed returns the rule with that name.
func ruleNamed(name string) Rule {
	for _, r := range table() {
		if r.Name == name {
			return r
		}
	}
	panic(errors.New("strategytest: no rule is called " + name))
}
