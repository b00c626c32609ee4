package echo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
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

	// Traits are the promises withdrawn; the zero value promises the most.
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
	return word(v, "connections served at once", "processes", "event loops", "nothing")
}

// Title returns the first line of Doc.
func (s *Server) Title() string {
	title, _, _ := strings.Cut(s.Doc, "\n")
	return title
}

// Advice returns what Doc says after its title, as one line.
func (s *Server) Advice() string {
	_, advice, _ := strings.Cut(s.Doc, "\n")
	return strings.Join(strings.Fields(advice), " ")
}

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
	if strings.TrimSpace(s.Title()) == "" {
		bad("Doc has no title: its first line says what the server is")
	} else if s.Advice() == "" {
		bad("Doc ends after its title: say after a blank line when to use it and when not")
	}
	if u, err := url.Parse(s.URL); err != nil || u.Scheme == "" || u.Host == "" {
		bad("URL %q is not an absolute address", s.URL)
	}
	if s.Limit.String() == "invalid" {
		bad("Limit has no value %d", int(s.Limit))
	}
	for name, trait := range map[string]fmt.Stringer{
		"Panic": s.Traits.Panic, "HalfClose": s.Traits.HalfClose, "Drain": s.Traits.Drain, "Pressure": s.Traits.Pressure,
	} {
		if trait.String() == "invalid" {
			bad("Traits.%s has no value %d", name, trait)
		}
	}
	if s.Serve == nil {
		bad("Serve is nil")
	}
	return errs
}
