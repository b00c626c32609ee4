package strategies

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/poolbench/poolbench/strategies/declare"
)

// reserved are names that benchmark rows have which no strategy stands behind.
var reserved = map[string]string{
	"loop":            "the bare loop that every strategy is held against",
	"control":         "the reference strategy measured a second time",
	"pythonthreads":   "Python's ThreadPoolExecutor, run beside the strategies",
	"pythonprocesses": "Python's ProcessPoolExecutor, run beside the strategies",
}

// A name ends in no digit group after a dash because it holds no dash at all:
// the benchmark format reads a trailing -8 as GOMAXPROCS.
var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// Validate reports everything that is wrong with the declarations of all, or
// nil. It runs no strategy. Call it before anything that does.
func Validate(all ...*Strategy) error {
	var errs []error
	seen := make(map[string]bool)
	for i, s := range all {
		if s == nil {
			errs = append(errs, fmt.Errorf("strategy %d of %d is nil", i+1, len(all)))
			continue
		}
		for _, v := range WithVariants(s) {
			errs = append(errs, v.validate()...)
			if seen[v.Name] {
				errs = append(errs, fmt.Errorf("strategy %q is declared twice", v.Name))
			}
			seen[v.Name] = true
		}
	}
	return errors.Join(errs...)
}

// validate lists what is wrong with one declaration.
func (s *Strategy) validate() (errs []error) {
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("strategy %q: "+format, append([]any{s.Name}, args...)...))
	}
	name, what := s.Name, "name"
	if s.variant {
		_, name = SplitName(s.Name)
		what = "name of the option"
	}
	if err := ValidName(name); err != nil {
		bad("%s: %w", what, err)
	}
	for _, err := range declare.Check(s.Doc, s.URL, s.Traits) {
		bad("%w", err)
	}
	if (s.Open == nil) == (s.OpenRemote == nil) {
		bad("exactly one of Open and OpenRemote must be set")
	}
	if s.Traits.Purge < 0 {
		bad("Traits.Purge is negative: %v", s.Traits.Purge)
	}
	seen := make(map[string]bool)
	for _, idiom := range s.Idioms {
		if err := ValidName(idiom.Name); err != nil {
			bad("idiom %q: name: %w", idiom.Name, err)
		}
		if seen[idiom.Name] {
			bad("idiom %q is declared twice", idiom.Name)
		}
		seen[idiom.Name] = true
		if idiom.Doc == "" {
			bad("idiom %q: Doc is empty: name the API of the library that it is", idiom.Name)
		}
		if idiom.Map == nil {
			bad("idiom %q: Map is nil", idiom.Name)
		}
		if idiom.Errors.String() == "invalid" {
			bad("idiom %q: Errors has no value %d", idiom.Name, int(idiom.Errors))
		}
	}
	return errs
}

// ValidName says why name cannot be a strategy's, or stand in its place in a
// benchmark's name; nil if it can.
func ValidName(name string) error {
	if !nameForm.MatchString(name) {
		return errors.New("want lower-case letters and digits, beginning with a letter")
	}
	if meaning, ok := reserved[name]; ok {
		return fmt.Errorf("reserved for %s", meaning)
	}
	return nil
}
