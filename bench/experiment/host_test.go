package experiment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A conversation is a Host in this process and the parent's end of its pipes.
type conversation struct {
	t       *testing.T
	in      *io.PipeWriter
	out     *io.PipeReader
	replies *json.Decoder
	ended   chan error
}

func converse(t *testing.T, plan func(json.RawMessage) ([]Opener, error)) *conversation {
	requests, in := io.Pipe()
	out, replies := io.Pipe()
	c := &conversation{t: t, in: in, out: out, replies: json.NewDecoder(out), ended: make(chan error, 1)}
	go func() {
		err := serve(requests, replies, plan)
		requests.Close()
		c.ended <- err
	}()
	t.Cleanup(func() { in.Close() })
	return c
}

// ask sends a request, which is JSON, and returns the reply.
func (c *conversation) ask(request string) (rep reply) {
	c.t.Helper()
	fmt.Fprintln(c.in, request)
	if err := c.replies.Decode(&rep); err != nil {
		c.t.Fatalf("no reply to %s: %v", request, err)
	}
	return rep
}

// open asks for the sides of the plan.
func (c *conversation) open() reply {
	c.t.Helper()
	progress := filepath.Join(c.t.TempDir(), "progress")
	if err := os.WriteFile(progress, nil, 0o600); err != nil {
		c.t.Fatal(err)
	}
	return c.ask(fmt.Sprintf(`{"open": {"spec": "any", "progress": %q}}`, progress))
}

// end ends the input and returns what serve returns.
func (c *conversation) end() error {
	c.in.Close()
	return <-c.ended
}

func openersOf(sides []Side) func(json.RawMessage) ([]Opener, error) {
	return func(json.RawMessage) ([]Opener, error) {
		openers := make([]Opener, len(sides))
		for i, side := range sides {
			openers[i] = func() (Side, error) { return side, nil }
		}
		return openers, nil
	}
}

func TestAHostTakesTurnsAsToldAndClosesItsSides(t *testing.T) {
	sides, log := fakes(2)
	c := converse(t, openersOf(sides))
	if rep := c.open(); rep.Error != "" || !slices.Equal(rep.Errors, []string{"", ""}) {
		t.Errorf("open: %+v", rep)
	}
	if rep := c.ask(`{"turn": 1}`); rep.Error != "" || rep.Turn.Ops != 1 {
		t.Errorf("turn: %+v", rep)
	}
	if rep := c.ask(`{"turn": 0}`); rep.Error != "" || rep.Turn.Ops != 1 {
		t.Errorf("turn: %+v", rep)
	}
	rep := c.ask(`{"exchanges": {"n": 3, "seed": 7}}`)
	if rep.Error != "" || len(rep.Turns) != 2 || len(rep.Turns[0]) != 3 || len(rep.Turns[1]) != 3 {
		t.Errorf("exchanges: %+v", rep)
	}
	if err := c.end(); err != nil {
		t.Error(err)
	}
	if want := "b,a," + strings.Join(strings.Split(orderOf(7, 2, 3), ""), ",") + ",close a,close b"; strings.Join(*log, ",") != want {
		t.Errorf("%q, want %q", *log, want)
	}
}

func TestWhatAHostCannotDoItSays(t *testing.T) {
	sides, _ := fakes(1)
	c := converse(t, openersOf(sides))
	refused := func(request string) {
		t.Helper()
		if rep := c.ask(request); rep.Error == "" {
			t.Errorf("%s: %+v, want an error", request, rep)
		}
	}
	refused(`{"turn": 0}`)
	refused(`{"exchanges": {"n": 1}}`)
	refused(`{"open": {"spec": "any", "progress": "/no/such/file"}}`)
	if rep := c.open(); rep.Error != "" {
		t.Errorf("open after a failed one: %+v", rep)
	}
	refused(`{"turn": 1}`)
	refused(`{"turn": -1}`)
	refused(`{}`)
	refused(`{"open": {"spec": "again"}}`)
	if rep := c.ask(`{"turn": 0}`); rep.Error != "" {
		t.Errorf("a turn after refusals: %+v", rep)
	}
}

func TestAPlanThatFailsIsTold(t *testing.T) {
	c := converse(t, func(spec json.RawMessage) ([]Opener, error) { return nil, fmt.Errorf("cannot read %s", spec) })
	if rep := c.open(); rep.Error != `cannot read "any"` {
		t.Errorf("open: %+v", rep)
	}
	if err := c.end(); err != nil {
		t.Error(err)
	}
}

func TestASideThatCannotBeOpenedFailsAlone(t *testing.T) {
	sides, log := fakes(2)
	c := converse(t, func(json.RawMessage) ([]Opener, error) {
		return []Opener{
			func() (Side, error) { return sides[0], nil },
			func() (Side, error) { return nil, errors.New("no such pool") },
			func() (Side, error) { return sides[1], nil },
		}, nil
	})
	if rep := c.open(); !slices.Equal(rep.Errors, []string{"", "no such pool", ""}) {
		t.Errorf("open: %+v", rep)
	}
	if rep := c.ask(`{"turn": 1}`); rep.Error != "no such pool" {
		t.Errorf("turn: %+v", rep)
	}
	rep := c.ask(`{"exchanges": {"n": 2, "seed": 1}}`)
	if len(rep.Turns[0]) != 2 || rep.Turns[1] != nil || len(rep.Turns[2]) != 2 || !strings.Contains(rep.Errors[1], "no such pool") {
		t.Errorf("exchanges: %+v", rep)
	}
	if err := c.end(); err != nil {
		t.Error(err)
	}
	if got := strings.Count(strings.Join(*log, ","), "close"); got != 2 {
		t.Errorf("%d sides closed, 2 were opened", got)
	}
}

func TestEverySideIsClosedThoughOneCannotBe(t *testing.T) {
	sides, log := fakes(3)
	broken := errors.New("broken")
	sides[0].(*fake).close = broken
	c := converse(t, openersOf(sides))
	c.open()
	if err := c.end(); !errors.Is(err, broken) {
		t.Errorf("serve() = %v, want the error of Close", err)
	}
	if want := []string{"close a", "close b", "close c"}; !slices.Equal(*log, want) {
		t.Errorf("%q, want %q", *log, want)
	}
}

func TestAHostEndsWithAnErrorWhenItCannotTalkToItsParent(t *testing.T) {
	for name, row := range map[string]struct {
		talk func(c *conversation)
		want string
	}{
		"what it is told is not JSON": {func(c *conversation) { fmt.Fprintln(c.in, "turn: 0") }, "read a request"},
		"a request is cut off": {func(c *conversation) {
			io.WriteString(c.in, `{"turn":`)
			c.in.Close()
		}, "read a request"},
		"nobody listens": {func(c *conversation) {
			c.out.Close()
			fmt.Fprintln(c.in, `{"turn": 0}`)
		}, "answer the parent"},
	} {
		t.Run(name, func(t *testing.T) {
			sides, log := fakes(1)
			c := converse(t, openersOf(sides))
			c.open()
			row.talk(c)
			if err := <-c.ended; err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("serve() = %v, want %q", err, row.want)
			}
			if !slices.Contains(*log, "close a") {
				t.Errorf("%q, want the side closed", *log)
			}
		})
	}
}
