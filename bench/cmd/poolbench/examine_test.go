package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/poolbench/poolbench/strategies"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

// strategiesNamed declares as many strategies, numbered.
func strategiesNamed(n int) (all []*strategies.Strategy) {
	for i := range n {
		all = append(all, &strategies.Strategy{Name: fmt.Sprint("s", i)})
	}
	return all
}

func TestAReportIsToldAsSoonAsAllBeforeItAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gates := map[string]chan struct{}{"s0": make(chan struct{}), "s1": make(chan struct{}), "s2": make(chan struct{})}
		examine := func(_ context.Context, s *strategies.Strategy) strategytest.Report {
			<-gates[s.Name]
			return strategytest.Report{Strategy: s.Name}
		}
		var told []string
		ended := make(chan error, 1)
		go func() {
			ended <- examineEach(t.Context(), strategiesNamed(3), examine, func(r strategytest.Report) error {
				told = append(told, r.Strategy)
				return nil
			})
		}()
		for _, step := range []struct {
			done string
			want []string
		}{
			{"s1", nil},
			{"s0", []string{"s0", "s1"}},
			{"s2", []string{"s0", "s1", "s2"}},
		} {
			close(gates[step.done])
			synctest.Wait()
			if !slices.Equal(told, step.want) {
				t.Errorf("when %s is done, told are %v, want %v", step.done, told, step.want)
			}
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestSoManyAreExaminedAtOnceAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		begun := make(chan string, 100)
		ended := make(chan error, 1)
		go func() {
			ended <- examineEach(t.Context(), strategiesNamed(3*examinedAtOnce), func(_ context.Context, s *strategies.Strategy) strategytest.Report {
				begun <- s.Name
				<-gate
				return strategytest.Report{}
			}, func(strategytest.Report) error { return nil })
		}()
		synctest.Wait()
		if len(begun) != examinedAtOnce {
			t.Errorf("%d are examined at once, want %d", len(begun), examinedAtOnce)
		}
		close(gate)
		if err := <-ended; err != nil || len(begun) != 3*examinedAtOnce {
			t.Errorf("%d are examined, error %v", len(begun), err)
		}
	})
}

func TestAnExaminationEndsWithItsContextAndWithAnErrorOfItsListener(t *testing.T) {
	noSpace := errors.New("no space left")
	for _, c := range []struct {
		what   string
		listen func(cancel func()) error
		want   error
	}{
		{"cancelled", func(cancel func()) error { cancel(); return nil }, context.Canceled},
		{"not writable", func(func()) error { return noSpace }, noSpace},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			told := 0
			err := examineEach(ctx, strategiesNamed(2*examinedAtOnce), func(ctx context.Context, s *strategies.Strategy) strategytest.Report {
				if s.Name != "s0" {
					<-ctx.Done()
				}
				return strategytest.Report{Strategy: s.Name}
			}, func(strategytest.Report) error { told++; return c.listen(cancel) })
			if !errors.Is(err, c.want) || told != 1 {
				t.Errorf("%s: told %d reports, error %v, want 1 and %v", c.what, told, err, c.want)
			}
		})
	}
}

func TestAStrategyThatEndsItsExaminerFails(t *testing.T) {
	s := &strategies.Strategy{Name: "deadly"}
	for _, c := range []struct {
		what, want string
		cmd        *exec.Cmd
	}{
		// The command knows no such strategy, and exits without a report.
		{"it exits", `ended without a report (exit status 2): poolbench: unknown strategy "deadly"`, exec.Command("poolbench", "check", "--here", "--strategy", "deadly")},
		{"it cannot be started", "missing: no such file", exec.Command(t.TempDir()+"/missing", "check")},
	} {
		c.cmd.Env = os.Environ()
		r := reportOf(t.Context(), c.cmd, s)
		if err := r.Err(); r.Strategy != "deadly" || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got the report %+v, want a failure with %q", c.what, r, c.want)
		}
		if code := exitCode(broken([]strategytest.Report{r}), &strings.Builder{}); code != exitBad {
			t.Errorf("%s: exit code %d, want %d", c.what, code, exitBad)
		}
	}
}
