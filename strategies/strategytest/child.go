package strategytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/proc"
)

// examiner is the role of a process that proves rules.
var examiner = &proc.Role{Name: "examiner", Hook: "strategytest.Hook"}

// An order tells a child process what to prove.
type order struct {
	Call   callID
	Rules  []string // names, in the order of proof
	Timing timing

	messages *json.Encoder // of the child
}

// A message is what the child reports, one JSON object a line.
type message struct {
	Begin   string   `json:"begin,omitempty"` // the name of the rule whose proof begins
	Verdict *Verdict `json:"verdict,omitempty"`
}

// ruleMark stands on standard error before what is printed during a rule.
const ruleMark = "strategytest rule: "

// childOrder returns the order of this process, or nil if it is no child.
var childOrder = sync.OnceValue(func() *order {
	parent := examiner.Claim()
	if parent == nil {
		return nil
	}
	o := &order{messages: json.NewEncoder(parent.Out)}
	if err := json.NewDecoder(parent.In).Decode(o); err != nil {
		fmt.Fprintf(os.Stderr, "strategytest: read which rules to prove: %v\n", err)
		os.Exit(2)
	}
	return o
})

// carryOut proves the rules of the order and exits. It exits early after a
// hang, so that what hangs does not disturb the rules after it: the parent
// starts another child for them.
func (o *order) carryOut(s *strategies.Strategy) {
	offered, err := probe(s, o.Timing)
	for _, name := range o.Rules {
		o.say(message{Begin: name})
		fmt.Fprintf(os.Stderr, "\n%s%s\n", ruleMark, name)
		v, hung := examineRule(s, ruleNamed(name), offered, err, o.Timing)
		holds(o.Timing.Stall, nobodyDies) // or the death would be that of the next rule
		o.say(message{Verdict: &v})
		if hung {
			break
		}
	}
	os.Exit(0)
}

// say sends a message to the parent.
func (o *order) say(m message) {
	if err := o.messages.Encode(m); err != nil {
		panic(err) // a message holds nothing that JSON cannot, and the parent reads
	}
}

// probe opens a pool to see what it offers.
func probe(s *strategies.Strategy, t timing) (strategies.Offers, error) {
	var o strategies.Offers
	tr := &trial{strategy: s, traits: s.Traits, timing: t}
	tr.rule.prove = func(tr *trial) error {
		pr, err := tr.open(1)
		if err != nil {
			return err
		}
		o = strategies.OffersOf(pr.native)
		return pr.finish()
	}
	if err := tr.run(); err != nil {
		return strategies.Offers{}, err
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
