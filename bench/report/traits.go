package report

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/poolbench/poolbench/echo"
	"github.com/poolbench/poolbench/strategies"
)

// A Trait is one trait of a strategy or a server in words.
type Trait struct {
	Key       string // "panic", "nested", ...
	Value     string
	Withdrawn bool // promises less than everything
}

// Traits returns every trait of a strategy, in the order of their declaration.
func Traits(s *strategies.Strategy) []Trait { return fields(s.Traits) }

// ServerTraits returns every trait of a server, in the order of their declaration.
func ServerTraits(s *echo.Server) []Trait { return fields(s.Traits) }

// fields reads the fields of a struct of traits. A zero value promises the most.
func fields(traits any) (out []Trait) {
	v := reflect.ValueOf(traits)
	for i := range v.NumField() {
		value := v.Field(i).Interface().(interface{ String() string }).String()
		out = append(out, Trait{Key: key(v.Type().Field(i).Name), Value: value, Withdrawn: !v.Field(i).IsZero()})
	}
	return out
}

var inner = regexp.MustCompile(`([a-z])([A-Z])`)

// key makes half-close of HalfClose.
func key(field string) string { return strings.ToLower(inner.ReplaceAllString(field, "$1-$2")) }
