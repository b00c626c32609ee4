package proc

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestAnEndIsDescribed(t *testing.T) {
	c := begin(t)
	if _, err := io.WriteString(c.In, "exit 3\n"); err != nil {
		t.Fatal(err)
	}
	within(t, "the end", func() {
		if err := c.Wait(); err == nil || err.Error() != "exit status 3" || c.State() != "exit status 3" || c.ProcessState().ExitCode() != 3 {
			t.Errorf("Wait returns %v, State %q", err, c.State())
		}
	})
	if rest, err := io.ReadAll(c.Out); len(rest) > 0 || err != nil {
		t.Errorf("after the end came %q, %v", rest, err)
	}
	if err := c.Signal(os.Kill); err != os.ErrProcessDone {
		t.Errorf("a signal after the end: %v", err)
	}
	c.Kill()
}

func TestWhatAChildWroteLastIsRead(t *testing.T) {
	c := begin(t)
	if _, err := io.WriteString(c.In, "flood\n"); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if rest, err := io.ReadAll(c.Out); len(rest) != 40_000 || err != nil {
		t.Errorf("%d bytes, %v; want 40000", len(rest), err)
	}
}

func TestAProgramRunsAgainWithArgumentsOfItsOwn(t *testing.T) {
	cmd := mustSelf("one", "two words")
	cmd.Env = append(os.Environ(), actVariable+"=args")
	out := &Tail{Most: 100}
	cmd.Stdout = out
	if err := Run(context.Background(), cmd); err != nil || out.String() != "[one two words]" || cmd.Args[0] != os.Args[0] {
		t.Errorf("%v, printed %q, called %s", err, out, cmd.Args[0])
	}
	if err := Run(context.Background(), command("exit 5")); err == nil || err.Error() != "exit status 5" {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Run(ctx, command("hang")); err == nil {
		t.Error("a process whose context has ended came to a good end")
	}
	if err := Run(context.Background(), exec.Command("./no-such-program")); err == nil || !strings.Contains(err.Error(), "no-such-program") {
		t.Errorf("got %v", err)
	}
}
