// Package declare holds what declarations of strategies and of servers have in
// common: a text whose first line is a title, an address, and traits of which
// every value has a word.
package declare

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
)

// Title returns the first line of a text.
func Title(doc string) string {
	title, _, _ := strings.Cut(doc, "\n")
	return title
}

// Advice returns what a text says after its title, as one line.
func Advice(doc string) string {
	_, advice, _ := strings.Cut(doc, "\n")
	return strings.Join(strings.Fields(advice), " ")
}

// invalid is the word for a value that a trait does not have.
const invalid = "invalid"

// Word returns the word for a trait's value, where words are those of 0, 1, ...
func Word[T ~int](v T, words ...string) string {
	if v < 0 || int(v) >= len(words) {
		return invalid
	}
	return words[v]
}

// Check lists what is wrong with a declaration's text, its address, and a struct
// of traits.
func Check(doc, address string, traits any) (errs []error) {
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if strings.TrimSpace(Title(doc)) == "" {
		bad("Doc has no title: its first line says what it is")
	} else if Advice(doc) == "" {
		bad("Doc ends after its title: say after a blank line when to use it and when not")
	}
	if u, err := url.Parse(address); err != nil || u.Scheme == "" || u.Host == "" {
		bad("URL %q is not an absolute address", address)
	}
	fields := reflect.ValueOf(traits)
	for i := range fields.NumField() {
		if v, ok := fields.Field(i).Interface().(fmt.Stringer); ok && v.String() == invalid {
			bad("Traits.%s has no value %d", fields.Type().Field(i).Name, fields.Field(i).Int())
		}
	}
	return errs
}
