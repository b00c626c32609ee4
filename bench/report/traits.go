package report

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/poolbench/poolbench/bench/guarantee"
	"github.com/poolbench/poolbench/bench/table"
	"github.com/poolbench/poolbench/echo"
)

// A Trait is one trait of a strategy or a server in words.
type Trait struct {
	Key          string // "panic", "nested", ...
	Value        string
	Weaker       bool   // than the strongest that there is
	Inapplicable string // why it means nothing; "": it does
}

// notApplicable is the value of a trait that means nothing.
const notApplicable = "not applicable"

// Traits returns every trait of a strategy, in the order of their declaration.
func Traits(f guarantee.Facts) []Trait {
	traits := fields(f.Traits)
	for i := range traits {
		if why := f.Inapplicable(reflect.TypeOf(f.Traits).Field(i).Name, f.Offers); why != "" {
			traits[i] = Trait{Key: traits[i].Key, Value: notApplicable, Inapplicable: why}
		}
	}
	return traits
}

// ServerTraits returns every trait of a server, in the order of their declaration.
func ServerTraits(s *echo.Server) []Trait { return fields(s.Traits) }

// fields reads the fields of a struct of traits. A zero value is the strongest.
func fields(traits any) (out []Trait) {
	v := reflect.ValueOf(traits)
	for i := range v.NumField() {
		value := v.Field(i).Interface().(interface{ String() string }).String()
		if after, ok := v.Field(i).Interface().(time.Duration); ok {
			value = leaving(after)
		}
		out = append(out, Trait{Key: key(v.Type().Field(i).Name), Value: value, Weaker: !v.Field(i).IsZero()})
	}
	return out
}

// leaving says when idle workers leave.
func leaving(after time.Duration) string {
	switch {
	case after == 0:
		return "idle workers stay"
	case after <= time.Nanosecond:
		return "idle workers leave at once"
	}
	return "idle workers leave after " + after.String()
}

var inner = regexp.MustCompile(`([a-z])([A-Z])`)

// key makes half-close of HalfClose.
func key(field string) string { return strings.ToLower(inner.ReplaceAllString(field, "$1-$2")) }

// Weaker says in which traits a strategy is weaker than it could be: "panic:
// logged; nested: can deadlock".
func Weaker(traits []Trait) string {
	var weaker []string
	for _, t := range traits {
		if t.Weaker {
			weaker = append(weaker, t.Key+": "+t.Value)
		}
	}
	return strings.Join(weaker, "; ")
}

// TraitTable says of every strategy and of its variants what it is, and in which
// traits it is weaker than it could be.
func TraitTable(all []*guarantee.Strategy) table.Table {
	t := table.Table{Title: "Traits", Head: []string{"strategy", "what it is", "weaker in"}}
	for _, s := range all {
		for _, v := range s.Variants {
			t.Rows = append(t.Rows, []string{v.Name, v.Title(), Weaker(Traits(v.Facts))})
		}
	}
	return t
}

// GuaranteeTable says of every guarantee which strategies give it.
func GuaranteeTable(all []*guarantee.Strategy) table.Table {
	t := table.Table{Title: "Guarantees", Head: []string{"guarantee", "by default", "with an option", "no"}}
	for _, r := range guarantee.Table(all) {
		no := strings.Join(r.No, ", ")
		if len(r.Inapplicable) > 0 {
			no = strings.TrimPrefix(fmt.Sprintf("%s; %s: %s", no, notApplicable, strings.Join(r.Inapplicable, ", ")), "; ")
		}
		t.Rows = append(t.Rows, []string{r.Doc, strings.Join(r.ByDefault, ", "), strings.Join(r.WithOption, ", "), no})
	}
	return t
}
