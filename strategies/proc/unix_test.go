//go:build unix

package proc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// reportInherited prints which descriptors above the standard ones this process
// was started with.
func reportInherited(string) {
	for fd := 3; fd < 20; fd++ {
		if flags, _, err := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0); err == 0 && flags&syscall.FD_CLOEXEC == 0 {
			fmt.Print(fd, ";")
		}
	}
	os.Exit(0)
}

// leave starts a process as C code would, with all descriptors of this one, in
// its group or in a session of its own, and returns its number.
func leave(parent *Parent, how string) string {
	// Blocking, and so the descriptors stay as they are.
	files := []uintptr{0, 1, 2, parent.In.Fd(), parent.Out.Fd()}
	pid, err := syscall.ForkExec("/proc/self/exe", os.Args, &syscall.ProcAttr{
		Env: append(os.Environ(), actVariable+"=stand"), Files: files, Sys: &syscall.SysProcAttr{Setsid: how == "escape"},
	})
	return fmt.Sprint(pid, err)
}

// leaveOne has a child leave a process, which must stand before the test goes on,
// and returns its number.
func leaveOne(t *testing.T, how string) (c *talk, grandchild int, stands *os.File) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the test finds its own program by /proc")
	}
	stands, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stands.Close() })
	c = begin(t, func(cmd *exec.Cmd) { cmd.Stderr, cmd.Stdout = theirs, theirs })
	theirs.Close()
	answer := c.ask("leave " + how)
	grandchild, err = strconv.Atoi(strings.TrimSuffix(answer, " <nil>"))
	if err != nil {
		t.Fatalf("no grandchild: %s", answer)
	}
	t.Cleanup(func() { _ = syscall.Kill(grandchild, syscall.SIGKILL) })
	_ = stands.SetReadDeadline(time.Now().Add(hang))
	if line, err := bufio.NewReader(stands).ReadString('\n'); err != nil {
		t.Fatalf("the grandchild says %q, %v", line, err)
	}
	return c, grandchild, stands
}

func TestADeathIsKnownWhileAnotherProcessHoldsThePipesOpen(t *testing.T) {
	c, grandchild, _ := leaveOne(t, "escape")
	if _, err := io.WriteString(c.In, "say last words\nexit 3\n"); err != nil {
		t.Fatal(err)
	}
	within(t, "the end", func() {
		if rest, err := io.ReadAll(c.lines); string(rest) != "last words\n" || err != nil {
			t.Errorf("the child wrote %q, %v", rest, err)
		}
		if state := c.State(); state != "exit status 3" {
			t.Error(state)
		}
		// More than the pipe takes, which the grandchild does not read.
		if _, err := c.In.Write(make([]byte, 1<<20)); err == nil {
			t.Error("a dead child took a megabyte")
		}
	})
	if err := syscall.Kill(grandchild, 0); err != nil {
		t.Errorf("the grandchild was to hold the pipes open, and is gone: %v", err)
	}
}

func TestWhoKilledAProcessIsSaid(t *testing.T) {
	c := begin(t)
	_ = syscall.Kill(c.PID(), syscall.SIGKILL)
	if got, want := c.State(), "signal: killed, and not by this program: the system may be out of memory"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c = begin(t)
	_ = syscall.Kill(c.PID(), syscall.SIGKILL)
	if rest, err := io.ReadAll(c.Out); len(rest) > 0 || err != nil {
		t.Errorf("a dead process wrote %q, %v", rest, err)
	}
	c.Collect() // its output has ended, and it itself perhaps not yet
	if got, want := c.State(), "signal: killed, and not by this program: the system may be out of memory"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c = begin(t)
	c.Close()
	if got, want := c.State(), "signal: killed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAWriteThatDoesNotWaitWritesWhatFits(t *testing.T) {
	c := begin(t)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	much := []byte("say " + strings.Repeat("x", 1<<20) + "\n")
	n, err := c.WriteNow(much)
	if n <= 0 || n >= len(much) || err != nil {
		t.Fatalf("a stopped process took %d of %d bytes, %v", n, len(much), err)
	}
	if again, err := c.WriteNow(much[n:]); again != 0 || err != nil {
		t.Errorf("a full pipe took %d bytes, %v", again, err)
	}
	c.Close()
	if n, err := c.WriteNow(much); n != 0 || err == nil {
		t.Errorf("a dead process took %d bytes, %v", n, err)
	}
}

func TestChildrenAreBornIntoTheSameSurroundings(t *testing.T) {
	here := Here()
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	describe := func(cmd *exec.Cmd, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		c, err := obedient.Start(context.Background(), cmd, hang)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintln(c.In, "surroundings")
		line, _ := bufio.NewReader(c.Out).ReadString('\n')
		return strings.TrimSpace(line)
	}
	want := fmt.Sprintf("%s %q %q %o", home, "", "", mask)
	if got := describe(here.Self()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	elsewhere := t.TempDir()
	defer os.Chdir(home)
	if err := os.Chdir(elsewhere); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PROC_TEST_WORD", "changed")
	defer syscall.Umask(syscall.Umask(0o123))
	if got := describe(here.Self()); got != want {
		t.Errorf("after a change got %s, want %s", got, want)
	}
	if got, want := describe(Here().Self()), fmt.Sprintf("%s %q %q %o", elsewhere, "changed", "", 0o123); got != want {
		t.Errorf("a new look got %s, want %s", got, want)
	}
}

func TestADeathIsKnownWhileAWriteToTheChildWaits(t *testing.T) {
	c, _, _ := leaveOne(t, "escape")
	written := make(chan error, 1)
	go func() {
		_, err := c.In.Write(append([]byte("deaf\n"), make([]byte, 1<<20)...))
		written <- err
	}()
	c.Kill()
	within(t, "the write", func() {
		if err := <-written; err == nil {
			t.Error("a dead child took a megabyte")
		}
	})
}

func TestAGroupIsEndedWithItsLeader(t *testing.T) {
	for _, row := range []struct {
		name string
		end  func(c *talk)
	}{
		{"it exits", func(c *talk) { _, _ = io.WriteString(c.In, "exit 0\n") }},
		{"it is killed alone", func(c *talk) { _ = c.Signal(os.Kill) }},
		{"it is killed with its group", func(c *talk) { c.Kill() }},
		{"it is closed", func(c *talk) { c.Close() }},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, _, stands := leaveOne(t, "stay")
			row.end(c)
			<-c.Done()
			// The pipe ends when the last process that holds it is gone.
			_ = stands.SetReadDeadline(time.Now().Add(hang))
			if rest, err := io.ReadAll(stands); err != nil {
				t.Errorf("a process of the group lives on: %v (%q)", err, rest)
			}
		})
	}
}

func TestNothingThatAChildStartsInheritsItsPipes(t *testing.T) {
	c := begin(t, func(cmd *exec.Cmd) {
		extra, theirs, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { extra.Close(); theirs.Close() })
		cmd.ExtraFiles = []*os.File{theirs}
	})
	// Only what the test itself passes on, as 3, and what it was started with.
	usual, err := command("descriptors").Output()
	if err != nil {
		t.Fatal(err)
	}
	answer := c.ask("run descriptors")
	for _, fd := range strings.Split(strings.TrimSuffix(answer, "; <nil>"), ";") {
		if fd != "3" && !slices.Contains(strings.Split(string(usual), ";"), fd) {
			t.Errorf("a program that the child starts has descriptors %s; descriptor %s should not be there", answer, fd)
		}
	}
}

func TestAStoppedProcessStandsStillUntilItIsContinued(t *testing.T) {
	c := begin(t)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" {
		within(t, "stopping", func() {
			for state := ""; state != "T"; {
				stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.PID()))
				if err != nil {
					t.Error(err)
					return
				}
				state = strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))[0]
				time.Sleep(time.Millisecond)
			}
		})
	}
	if err := c.Continue(); err != nil {
		t.Fatal(err)
	}
	if got := c.ask("say go on"); got != "go on" {
		t.Errorf("got %q", got)
	}
	// One that stands still is killed all the same.
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	within(t, "Close", c.Close)
	if !strings.Contains(c.State(), "killed") {
		t.Error(c.State())
	}
}

// actAsParent starts a child, tells it to do something and ends in one of two
// ways.
func actAsParent(how string) {
	obedient.Claim()
	switch how {
	case "is killed":
		c, err := obedient.Start(context.Background(), mustSelf(), hang)
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(c.In, "deaf\n") // it reads no further
		fmt.Println("ready")
		time.Sleep(time.Hour)
	case "waits for any child":
		// Another part of a program that takes the state of every child.
		go func() {
			for {
				if _, err := syscall.Wait4(-1, nil, 0, nil); err != nil {
					time.Sleep(100 * time.Microsecond) // there is none
				}
			}
		}()
		for range 50 {
			c, err := obedient.Start(context.Background(), mustSelf(), hang)
			if err != nil {
				panic(err)
			}
			pid := c.PID()
			_, _ = io.WriteString(c.In, "exit 0\n")
			if rest, err := io.ReadAll(c.Out); len(rest) > 0 || err != nil {
				panic(fmt.Sprintf("%q %v", rest, err))
			}
			if err := c.Wait(); err != nil && !errors.Is(err, ErrStateLost) {
				panic(err)
			}
			c.Close()
			if c.PID() != pid {
				panic(fmt.Sprintf("process %d has become %d", pid, c.PID()))
			}
			fmt.Println(c.State())
		}
		os.Exit(0)
	}
}

func TestADeathIsKnownToAProgramThatWaitsForAnyChild(t *testing.T) {
	cmd := command("parent waits for any child")
	out, said := &Tail{Most: 1 << 20}, &Tail{Most: 1 << 10}
	cmd.Stdout, cmd.Stderr = out, said
	within(t, "a program that waits for any child", func() {
		if err := Run(context.Background(), cmd); err != nil {
			t.Errorf("%v: %s", err, said)
		}
	})
	lost := strings.Count(out.String(), ErrStateLost.Error())
	if known := strings.Count(out.String(), "exit status 0"); known+lost < 50 || lost == 0 {
		t.Errorf("of 50 children %d have a state and %d have lost it: %s", known, lost, out)
	}
}

func TestAChildEndsWithAParentThatIsKilled(t *testing.T) {
	alive, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	cmd := command("parent is killed")
	cmd.Stdout, cmd.Stderr = theirs, theirs
	p, err := Start(context.Background(), cmd)
	theirs.Close()
	if err != nil {
		t.Fatal(err)
	}
	_ = alive.SetReadDeadline(time.Now().Add(hang))
	lines := bufio.NewReader(alive)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Fatalf("the parent says %q, %v", line, err)
	}
	// The child leads a group of its own, and so a kill of the parent's does not
	// reach it.
	p.Kill()
	if rest, err := io.ReadAll(lines); err != nil {
		t.Errorf("the child lives on: %v (%q)", err, rest)
	}
}

func TestNothingIsLeftOfChildren(t *testing.T) {
	open := func() int {
		entries, err := os.ReadDir("/dev/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	round := func() {
		c, err := obedient.Start(context.Background(), mustSelf(), hang)
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
		if _, err := obedient.Start(context.Background(), command("exit 1"), hang); err == nil {
			t.Error("a child that exited was started")
		}
		if _, err := obedient.Start(context.Background(), exec.Command("./no-such-program"), hang); err == nil {
			t.Error("what is not there was started")
		}
		if err := syscall.Kill(c.PID(), 0); err != syscall.ESRCH {
			t.Errorf("process %d is left: %v", c.PID(), err)
		}
	}
	round() // and the runtime has what it needs
	files, goroutines := open(), runtime.NumGoroutine()
	for range 20 {
		round()
	}
	if now := open(); now > files {
		t.Errorf("%d files are open, %d were before", now, files)
	}
	within(t, "the end of goroutines", func() {
		for runtime.NumGoroutine() > goroutines+1 { // that of within
			time.Sleep(time.Millisecond)
		}
	})
}

func TestTheProgramThatWasStartedRunsAgainAfterItsFileIsGone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has a link to the running program")
	}
	for _, how := range []string{"deleted", "replaced"} {
		t.Run(how, func(t *testing.T) {
			self, err := os.ReadFile("/proc/self/exe")
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "program")
			if err := os.WriteFile(path, self, 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(path)
			cmd.Env = append(os.Environ(), actVariable+"=outlive "+how)
			out, err := cmd.CombinedOutput()
			if err != nil || string(out) != "program" {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// outlive removes or replaces the file of this program, and prints the name under
// which a child of it runs.
func outlive(how string) {
	path, err := os.Executable()
	if err == nil {
		err = os.Remove(path)
	}
	if err == nil && how == "replaced" {
		err = os.WriteFile(path, []byte("#!/bin/sh\necho another build\n"), 0o700)
	}
	if err != nil {
		panic(err)
	}
	obedient.Claim()
	c, err := obedient.Start(context.Background(), mustSelf(), hang)
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(c.In, "name")
	c.In.Close()
	name, err := io.ReadAll(c.Out)
	if err != nil {
		panic(err)
	}
	fmt.Print(strings.TrimSpace(string(name)))
	os.Exit(0)
}

func init() {
	acts["outlive"] = outlive
	acts["parent"] = actAsParent
	acts["descriptors"] = reportInherited
	orders["leave"] = leave
	orders["run"] = func(_ *Parent, act string) string {
		out, err := command(act).Output()
		return fmt.Sprintf("%s %v", out, err)
	}
	orders["surroundings"] = func(*Parent, string) string {
		dir, _ := os.Getwd()
		mask := syscall.Umask(0)
		return fmt.Sprintf("%s %q %q %o", dir, os.Getenv("PROC_TEST_WORD"), os.Getenv(umaskVariable), mask)
	}
	orders["name"] = func(*Parent, string) string { // as tools show it
		name, _ := os.ReadFile("/proc/self/comm")
		return strings.TrimSpace(string(name))
	}
}
