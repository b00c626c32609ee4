package stock

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/poolbench/poolbench/strategies/proc"
)

// errHung is that a process printed nothing for as long as the patience.
var errHung = errors.New("nothing was printed")

// maxLine bounds what is kept of a line: results are short.
const maxLine = 64 << 10

// stream runs a command and hands each line of its standard output to take,
// until that returns an error or the command ends. Whatever it is, the command
// and all it started are gone when stream returns. said is what it printed to
// standard error.
func stream(ctx context.Context, cmd *exec.Cmd, patience time.Duration, take func(line string) error) (said string, err error) {
	stderr := &proc.Tail{Most: 2048}
	cmd.Stderr = stderr
	read, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer read.Close()
	cmd.Stdout = write
	p, err := proc.Start(ctx, cmd, read)
	write.Close()
	if err != nil {
		return "", fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	lines, stop := make(chan string), make(chan struct{})
	var broken error // why reading ended; for who has seen lines closed
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(proc.Output(read))
		scanner.Buffer(make([]byte, 4096), maxLine)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-stop:
				return
			}
		}
		broken = scanner.Err()
	}()
	switch err = forEach(ctx, lines, patience, take); {
	case err != nil || broken == nil:
	case errors.Is(broken, bufio.ErrTooLong):
		err = &PrintError{fmt.Sprintf("a line of over %d KiB", maxLine>>10)}
	default:
		err = fmt.Errorf("read what %s prints: %w", cmd.Path, broken)
	}
	close(stop)
	if err != nil {
		p.Kill()
	}
	waited := p.Wait()
	if err == nil {
		err = waited
	}
	return stderr.String(), err
}

func forEach(ctx context.Context, lines <-chan string, patience time.Duration, take func(string) error) error {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return nil
			}
			if err := take(line); err != nil {
				return err
			}
			timer.Reset(patience)
		case <-timer.C:
			return errHung
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
