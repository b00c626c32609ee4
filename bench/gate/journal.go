package gate

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/poolbench/poolbench/bench/gate/trial"
)

// An Entry is one line of the journal: one of its fields is set.
type Entry struct {
	Pair     *Pair           `json:"pair,omitempty"`
	Decision *trial.Decision `json:"decision,omitempty"`
	Drop     *Drop           `json:"drop,omitempty"`
	Allocs   *AllocFinding   `json:"allocs,omitempty"`
}

// A Pair is one process pair: two live processes that took turns.
type Pair struct {
	Arm       int           `json:"arm"`
	Package   string        `json:"package"`
	Name      string        `json:"name"`
	Scheduler Policy        `json:"scheduler"`
	Stage     trial.Stage   `json:"stage"`
	Seed      uint64        `json:"seed"`    // draws the order
	Layouts   [2]int        `json:"layouts"` // of base and head
	Order     string        `json:"order"`   // of the turns: b and h
	Begun     time.Time     `json:"begun"`
	Took      time.Duration `json:"took"`
	Steal     int           `json:"steal"` // clock ticks that the host took meanwhile; -1: unknown
	Late      int           `json:"late"`  // exchanges that are void
	Redo      string        `json:"redo,omitempty"`

	// Preempted is how often threads of base's process and of head's lost
	// their CPU to another, from start to end; null: unknown.
	Preempted *[2]int `json:"preempted,omitempty"`

	// Log is the median over the exchanges of ln(head/base), by unit.
	Log map[string]float64 `json:"log"`

	// Base and Head are the medians over the turns, by unit.
	Base map[string]float64 `json:"base"`
	Head map[string]float64 `json:"head"`
	Ops  int                `json:"ops"` // of either side, together

	// Turns are the ns/op of base and of head, by exchange, to four digits;
	// void exchanges are left out.
	Turns [2][]float64 `json:"turns"`
}

// A Drop says that an arm was given up.
type Drop struct {
	Arm    int           `json:"arm"`
	Late   bool          `json:"late,omitempty"` // for want of time: what it has shown stands
	Reason string        `json:"reason"`
	Took   time.Duration `json:"took"`
}

const journalFile = "pairs.jsonl"

// A journal is appended to, an entry at a time.
type journal struct {
	file *os.File
	size int64
}

// openJournal opens the journal of a folder, at its end, with the entries that
// it has. What an interruption left of a last line is cut off.
func openJournal(dir string) (*journal, []Entry, error) {
	path := filepath.Join(dir, journalFile)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("open the journal: %w", err)
	}
	j := &journal{file: file}
	var entries []Entry
	for in, number := bufio.NewReader(file), 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		var e Entry
		if err == nil {
			err = json.Unmarshal(line, &e)
		}
		if err != nil {
			file.Close()
			return nil, nil, fmt.Errorf("%s:%d: %w; begin anew, or cut the file off before that line and resume", path, number, err)
		}
		entries = append(entries, e)
		j.size += int64(len(line))
	}
	if err := file.Truncate(j.size); err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("cut a broken last line off the journal: %w", err)
	}
	return j, entries, nil
}

func (j *journal) add(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	n, err := j.file.WriteAt(append(line, '\n'), j.size)
	if err != nil {
		return errors.Join(fmt.Errorf("write the journal %s: %w", j.file.Name(), err), j.file.Truncate(j.size))
	}
	j.size += int64(n)
	return nil
}

func (j *journal) close() error { return j.file.Close() }
