package echo

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/poolbench/poolbench/strategies/declare"
)

// A Server is a way of serving the echo that owns the listening socket, and so
// is no pool that runs tasks: an event loop, accept loops, processes. Declare
// it once as a value and never modify it.
type Server struct {
	// Name identifies the server everywhere, beside the names of strategies
	// and under the same rules: on the command line and as strategy=NAME at
	// the end of a benchmark's name.
	Name string

	// Doc is a title line, then a blank line, then when to use it and when
	// not, and which of the Options it cannot honour.
	Doc string

	// URL leads to the server's documentation.
	URL string

	// Module is the path of the Go module that implements it, empty for the
	// standard library and for this module's own code.
	Module string

	// Limit is what the limit of Serve counts.
	Limit Limit

	// Advised is the limit that its documentation advises on a machine with
	// that many CPUs; nil if it advises none.
	Advised func(cpus int) int

	// Traits say how it falls short; the zero value guarantees the most.
	Traits Traits

	// Serve accepts connections from ln and serves them until ctx is
	// cancelled and it has drained, and closes ln. limit is at least 1.
	// Options.Dispatch means nothing to it. It includes in Options.Stats what it
	// can count, and says in Doc what it cannot; processes that serve for it
	// it employs there.
	Serve func(ctx context.Context, ln net.Listener, limit int, o Options) error
}

// Limit says what the limit of a Server counts.
type Limit int

const (
	LimitConnections Limit = iota // connections served at once; more starve
	LimitProcesses                // processes, each of which serves any number of connections
	LimitLoops                    // event loops, each of which serves any number of connections
	LimitNone                     // nothing: the limit is ignored
)

func (v Limit) String() string {
	return declare.Word(v, "connections served at once", "processes", "event loops", "nothing")
}

// Title returns the first line of Doc.
func (s *Server) Title() string { return declare.Title(s.Doc) }

// Advice returns what Doc says after its title, as one line.
func (s *Server) Advice() string { return declare.Advice(s.Doc) }

// DefaultLimit returns the limit to use on a machine with that many CPUs when
// nobody chose one: what is advised, or else five connections, or one process
// or event loop, per CPU.
func (s *Server) DefaultLimit(cpus int) int {
	switch {
	case s.Advised != nil:
		cpus = s.Advised(cpus)
	case s.Limit == LimitConnections:
		cpus *= 5
	}
	return max(1, cpus)
}

// Validate reports everything that is wrong with the declarations of all, or
// nil. It serves nothing. named says why a server cannot have a name, or nil:
// which names are free is for those to say who list other things beside.
func Validate(named func(name string) error, all ...*Server) error {
	var errs []error
	seen := make(map[string]bool)
	for i, s := range all {
		if s == nil {
			errs = append(errs, fmt.Errorf("server %d of %d is nil", i+1, len(all)))
			continue
		}
		if err := named(s.Name); err != nil {
			errs = append(errs, fmt.Errorf("server %q: name: %w", s.Name, err))
		}
		errs = append(errs, s.validate()...)
		if seen[s.Name] {
			errs = append(errs, fmt.Errorf("server %q is declared twice", s.Name))
		}
		seen[s.Name] = true
	}
	return errors.Join(errs...)
}

// validate lists what is wrong with one declaration, but for its name.
func (s *Server) validate() (errs []error) {
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("server %q: "+format, append([]any{s.Name}, args...)...))
	}
	for _, err := range declare.Check(s.Doc, s.URL, s.Traits) {
		bad("%w", err)
	}
	if s.Limit.String() == "invalid" {
		bad("Limit has no value %d", int(s.Limit))
	}
	if s.Serve == nil {
		bad("Serve is nil")
	}
	return errs
}
