package declare

import (
	"errors"
	"testing"
	"time"
)

type colour int

func (c colour) String() string { return Word(c, "red", "green") }

func TestATextIsATitleAndAdviceInOneLine(t *testing.T) {
	for doc, want := range map[string][2]string{
		"a title":                        {"a title", ""},
		"a title\n\nUse it\n\twhen not.": {"a title", "Use it when not."},
		"\n\nadvice":                     {"", "advice"},
		"":                               {"", ""},
	} {
		if got := [2]string{Title(doc), Advice(doc)}; got != want {
			t.Errorf("%q: %q, want %q", doc, got, want)
		}
	}
}

func TestOnlyValuesThatThereAreHaveAWord(t *testing.T) {
	for v, want := range map[colour]string{-1: "invalid", 0: "red", 1: "green", 2: "invalid"} {
		if got := v.String(); got != want {
			t.Errorf("%d: %s, want %s", int(v), got, want)
		}
	}
}

func TestCheckListsAllThatIsWrong(t *testing.T) {
	type traits struct {
		Colour colour
		After  time.Duration
	}
	if errs := Check("a title\n\nadvice", "https://example.com/x", traits{1, time.Second}); len(errs) > 0 {
		t.Errorf("of a sound declaration: %v", errors.Join(errs...))
	}
	got := errors.Join(Check("a title", "example.com", traits{Colour: 2})...).Error()
	want := "Doc ends after its title: say after a blank line when to use it and when not\nURL \"example.com\" is not an absolute address\nTraits.Colour has no value 2"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := errors.Join(Check(" \n\nadvice", "https://a b", traits{})...).Error(); got != "Doc has no title: its first line says what it is\nURL \"https://a b\" is not an absolute address" {
		t.Errorf("got\n%s", got)
	}
}
