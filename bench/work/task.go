package work

import (
	"encoding/binary"
	"fmt"

	"github.com/poolbench/poolbench/strategies/remote"
)

// A Task is one piece of work: a kind, its size and an input.
type Task struct {
	Kind  *Kind
	Size  int
	Input uint64
}

// Do does the work and returns its checksum.
func (t *Task) Do() uint64 { return t.Kind.do(t.Size, t.Input) }

// Expect foretells what Do returns.
func (t *Task) Expect() uint64 { return t.Kind.expect(t.Size, t.Input) }

// Input derives the input of one task from the seed of a run, the number of
// the batch and the task's index in it (splitmix64, Steele, Lea and Flood,
// OOPSLA 2014).
func Input(seed, batch uint64, index int) uint64 {
	x := seed + batch<<32 + uint64(index)
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// The form in which a task crosses to another process: the index of its kind,
// its size, its input.
const encodedLen = 1 + 8 + 8

// jobKind is the name under which worker processes know a task.
const jobKind = "task"

// Job returns the task as a job for a remote pool.
func (t *Task) Job() remote.Job {
	args := make([]byte, encodedLen)
	for i, k := range Kinds {
		if k == t.Kind {
			args[0] = byte(i)
		}
	}
	binary.LittleEndian.PutUint64(args[1:], uint64(t.Size))
	binary.LittleEndian.PutUint64(args[9:], t.Input)
	return remote.Job{Kind: jobKind, Args: args}
}

// JobKinds are the kinds that worker processes need to know in order to run
// the tasks of this package.
var JobKinds = []remote.Kind{{Name: jobKind, Run: runJob}}

func runJob(args []byte) (remote.Result, error) {
	if len(args) != encodedLen || int(args[0]) >= len(Kinds) {
		return nil, fmt.Errorf("task: want %d bytes that begin with a kind below %d, got %x", encodedLen, len(Kinds), args)
	}
	t := Task{
		Kind:  Kinds[args[0]],
		Size:  int(binary.LittleEndian.Uint64(args[1:])),
		Input: binary.LittleEndian.Uint64(args[9:]),
	}
	if t.Size < 0 {
		return nil, fmt.Errorf("task %s: want a size of at least 0, got %d", t.Kind.Name, t.Size)
	}
	return binary.LittleEndian.AppendUint64(nil, t.Do()), nil
}

// Checksum reads the checksum out of a task's remote result.
func Checksum(r remote.Result) (uint64, error) {
	if len(r) != 8 {
		return 0, fmt.Errorf("task result: want 8 bytes, got %d", len(r))
	}
	return binary.LittleEndian.Uint64(r), nil
}
