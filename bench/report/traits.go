package report

import (
	"reflect"
	"strings"

	"github.com/poolbench/poolbench/strategies"
)

// A Trait is one trait of a strategy in words.
type Trait struct {
	Key       string // "panic", "nested", ...
	Value     string
	Withdrawn bool // promises less than everything
}

// Traits returns every trait of a strategy, in the order of their declaration.
func Traits(s *strategies.Strategy) []Trait {
	var out []Trait
	v := reflect.ValueOf(s.Traits)
	for i := range v.NumField() {
		value := v.Field(i).Interface().(interface{ String() string }).String()
		out = append(out, Trait{
			Key: strings.ToLower(v.Type().Field(i).Name), Value: value, Withdrawn: !v.Field(i).IsZero(),
		})
	}
	return out
}
