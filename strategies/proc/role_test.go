package proc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestAChildAnswersAndItsStandardFilesAreOutOfTheWay(t *testing.T) {
	printed := &Tail{Most: 1 << 10}
	c := begin(t, func(cmd *exec.Cmd) { cmd.Stderr = printed })
	for _, row := range []struct{ order, want string }{
		{"say hello", "hello"},
		{"read", "0 <nil>"},
		{"print this is no answer", "done"},
		{"variable", `""`},
		{"say good-bye", "good-bye"},
	} {
		if got := c.ask(row.order); got != row.want {
			t.Errorf("%q is answered with %q, want %q", row.order, got, row.want)
		}
	}
	c.In.Close()
	within(t, "the end of a child without orders", func() {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	})
	if got, want := printed.String(), "this is no answer"; got != want {
		t.Errorf("standard error got %q, want %q", got, want)
	}
}

func TestAChildThatDoesNotComeToItsHookIsAnError(t *testing.T) {
	for _, row := range []struct {
		act   string
		grace time.Duration
		want  []string
	}{
		{"exit 7", hang, []string{"ended before it reached proc.obey (exit status 7)", "first thing in main"}},
		{"hang", 50 * time.Millisecond, []string{"did not reach proc.obey within 50ms", "first thing in main"}},
	} {
		t.Run(row.act, func(t *testing.T) {
			_, err := obedient.Start(context.Background(), command(row.act), row.grace)
			for _, want := range row.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
	t.Run("another role", func(t *testing.T) {
		// It comes to a Claim, but not to its own, and runs the tests: none.
		other := &Role{Name: "other", Hook: "proc.never"}
		cmd := mustSelf("-test.run=^$")
		cmd.Stderr = io.Discard
		_, err := other.Start(context.Background(), cmd, hang)
		if err == nil || !strings.Contains(err.Error(), "other process ") || !strings.Contains(err.Error(), "ended before it reached proc.never (exit status 0)") {
			t.Error(err)
		}
	})
	t.Run("no program", func(t *testing.T) {
		_, err := obedient.Start(context.Background(), exec.Command("./no-such-program"), hang)
		if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "start obedient process") {
			t.Error(err)
		}
	})
}

func TestWhatAProgramPrintsBeforeItsHookDoesNoHarm(t *testing.T) {
	printed := &Tail{Most: 1 << 10}
	cmd := command("print Welcome!")
	cmd.Stderr = printed
	c, err := obedient.Start(context.Background(), cmd, hang)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if got, want := printed.String(), "Welcome!\nand to standard error"; got != want {
		t.Errorf("standard error got %q, want %q", got, want)
	}
}

func TestAProcessThatHasNotClaimedItsRoleStartsNoOther(t *testing.T) {
	printed := &Tail{Most: 1 << 10}
	cmd := command("restart")
	cmd.Stderr = printed
	if _, err := obedient.Start(context.Background(), cmd, hang); err == nil || !strings.Contains(err.Error(), "ended before it reached") {
		t.Errorf("Start: %v", err)
	}
	if got, want := printed.String(), "start obedient process: this is one, and has not reached proc.obey: call it first thing in main or TestMain"; got != want {
		t.Errorf("the child printed %q, want %q", got, want)
	}
	if !obedient.Claimed() || new(Role).Claimed() {
		t.Error("a role is claimed that was not, or the other way round")
	}
}

func TestAProcessWithAFalseMarkerEnds(t *testing.T) {
	for _, text := range []string{"", "1", "obedient", "obedient 3 4", "obedient 0 1 2", "obedient 50 51 52", "obedient x 4 5"} {
		cmd := mustSelf("-test.run=^$")
		cmd.Env = append(os.Environ(), roleVariable+"="+text)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "unset it") {
			t.Errorf("with %s=%q: %v, it printed %q", roleVariable, text, err, out)
		}
	}
}

func FuzzMarker(f *testing.F) {
	f.Add("obedient 3 4 5")
	f.Add("obedient 3 4")
	f.Add("  0 0")
	f.Fuzz(func(t *testing.T, text string) {
		if m, ok := parseMarker(text); ok {
			if again, ok := parseMarker(m.String()); !ok || again != m {
				t.Errorf("%q is %+v, and that %+v", text, m, again)
			}
		}
	})
}

func TestAContextEndsWhatIsBeingStartedAndNothingElse(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c, err := obedient.Start(ctx, mustSelf(), hang)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cancel()
	fmt.Fprintln(c.In, "say still here")
	if line, err := bufio.NewReader(c.Out).ReadString('\n'); line != "still here\n" {
		t.Errorf("the child answers %q, %v", line, err)
	}
	if _, err := obedient.Start(ctx, command("hang"), hang); !errors.Is(err, context.Canceled) {
		t.Errorf("Start with a context that has ended: %v", err)
	}
}
