package peers

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"testing"
)

var lookForPython = sync.OnceValues(func() (string, error) {
	path, _, err := Python(context.Background())
	return path, err
})

// python returns the path of a Python, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	path, err := lookForPython()
	if errors.Is(err, ErrNoPython) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// checksum computes what the batch of that number must come to, in Go.
func checksum(r Request, turn uint64) (sum uint64) {
	for i := range uint64(r.Tasks) {
		input := r.Seed + turn<<32 + i
		input += 0x9e3779b97f4a7c15
		input = (input ^ input>>30) * 0xbf58476d1ce4e5b9
		input = (input ^ input>>27) * 0x94d049bb133111eb
		input ^= input >> 31
		buffer := make([]byte, r.Bytes)
		for at := range buffer {
			buffer[at] = byte(input >> (at % 8 * 8))
		}
		digest := sha256.Sum256(buffer)
		sum ^= binary.LittleEndian.Uint64(digest[:])
	}
	return sum
}

func TestPythonDoesTheSameWorkInEveryWay(t *testing.T) {
	path := python(t)
	for _, executor := range []string{"threads", "processes"} {
		for _, way := range []struct{ pattern, pool string }{
			{"waiteach", "fresh"}, {"waiteach", "kept"},
			{"collect", "fresh"},
			{"callback", "fresh"}, {"callback", "kept"},
		} {
			t.Run(executor+"/"+way.pattern+"/"+way.pool, func(t *testing.T) {
				t.Parallel()
				r := Request{Pattern: way.pattern, Pool: way.pool, Executor: executor,
					Limit: 2, Tasks: 9, Work: "hash", Bytes: 4096, Seed: 7}
				s, err := Start(t.Context(), path, r, ample)
				if err != nil {
					t.Fatal(err)
				}
				for k := range uint64(3) {
					turn, err := s.Turn(k)
					if err != nil {
						t.Fatal(err)
					}
					if want := checksum(r, k); turn.Checksum != want {
						t.Errorf("turn %d: checksum %016x, want %016x", k, turn.Checksum, want)
					}
					if turn.Wall <= 0 || turn.Submit <= 0 || turn.Submit > turn.Wall || turn.CPU < 0 {
						t.Errorf("turn %d took %+v", k, turn)
					}
				}
				if s.Workers != 2 || (s.StartMethod == "") != (executor == "threads") {
					t.Errorf("%d workers, start method %q", s.Workers, s.StartMethod)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestPythonComputesInSixtyFourBits(t *testing.T) {
	path := python(t)
	for _, size := range []int{0, 5, 8, 13} {
		t.Run(fmt.Sprint(size, " bytes"), func(t *testing.T) {
			t.Parallel()
			r := Request{Pattern: "collect", Pool: "fresh", Executor: "threads",
				Tasks: 4, Work: "hash", Bytes: size, Seed: math.MaxUint64 - 1}
			s, err := Start(t.Context(), path, r, ample)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, k := range []uint64{0, 1 << 31, math.MaxUint64} {
				turn, err := s.Turn(k)
				if err != nil {
					t.Fatal(err)
				}
				if want := checksum(r, k); turn.Checksum != want {
					t.Errorf("turn %d: checksum %016x, want %016x", k, turn.Checksum, want)
				}
			}
		})
	}
}

func TestPythonCountsTheCPUTimeOfItsWorkers(t *testing.T) {
	// The same hashing takes the same CPU time in threads, which are part of
	// the peer, and in worker processes, which are not.
	path := python(t)
	cpu := func(executor, pool string) (Turn, *Session) {
		s, err := Start(t.Context(), path, Request{Pattern: "callback", Pool: pool, Executor: executor,
			Limit: 2, Tasks: 4, Work: "hash", Bytes: 4 << 20, Seed: 7}, ample)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.Turn(0); err != nil { // starts the workers of a kept pool
			t.Fatal(err)
		}
		turn, err := s.Turn(1)
		if err != nil {
			t.Fatal(err)
		}
		return turn, s
	}
	threads, _ := cpu("threads", "kept")
	for _, pool := range []string{"fresh", "kept"} {
		processes, s := cpu("processes", pool)
		switch {
		case processes.CPU == 0:
			t.Logf("%s: CPU time of workers unknown with start method %s", pool, s.StartMethod)
		case processes.CPU < threads.CPU/2:
			t.Errorf("%s: %v of CPU time in processes, %v in threads", pool, processes.CPU, threads.CPU)
		}
	}
}

func TestPythonSaysWhatIsWrongWithARequest(t *testing.T) {
	path := python(t)
	sound := Request{Pattern: "collect", Pool: "fresh", Executor: "threads", Tasks: 1, Work: "hash"}
	for _, row := range []struct {
		name  string
		spoil func(r *Request)
		want  string
	}{
		{"pattern", func(r *Request) { r.Pattern = "native" }, "pattern is 'native', want one of waiteach, collect, callback"},
		{"no tasks", func(r *Request) { r.Tasks = 0 }, "tasks is 0, want a whole number of at least 1"},
		{"a negative limit", func(r *Request) { r.Limit = -1 }, "limit is -1"},
		{"a pool that collect would shut down", func(r *Request) { r.Pool = "kept" }, "collect shuts its pool down"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := sound
			row.spoil(&r)
			_, err := Start(t.Context(), path, r, ample)
			contains(t, err, "open a session", row.want)
		})
	}
}

func TestStartLeavesNoFileBehind(t *testing.T) {
	path := python(t)
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Setenv("TMP", folder) // Windows
	r := Request{Pattern: "collect", Pool: "fresh", Executor: "processes", Limit: 1, Tasks: 1, Work: "hash"}
	s, err := Start(t.Context(), path, r, ample)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Turn(0); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	r.Tasks = 0
	if _, err := Start(t.Context(), path, r, ample); err == nil {
		t.Error("a request for no tasks was taken")
	}
	if left, err := os.ReadDir(folder); len(left) != 0 || err != nil {
		t.Errorf("%v left behind, %v", left, err)
	}
}

func TestPythonIsNotLookedForAfterTheEndOfTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Python(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, ErrNoPython) {
		t.Errorf("got %v, want that the context is canceled", err)
	}
}
