package strategytest

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// A goroutine is one entry of a goroutine dump.
type goroutine struct {
	id      uint64
	state   string // "chan receive", "running" and so on
	stack   string // function and file lines, without the header
	creator uint64 // the goroutine that started it; 0 for the first one
}

var (
	header    = regexp.MustCompile(`^goroutine \d+[^\[]*\[([^\],]+)`)
	createdBy = regexp.MustCompile(`(?m)^created by .* in goroutine (\d+)$`)
	arguments = regexp.MustCompile(`\(0x[^)]*\)$|\(\.\.\.\)$|\(\{0x[^)]*\)$`)
	offset    = regexp.MustCompile(` \+0x[0-9a-f]+$`)
)

// goroutines returns all goroutines, the calling one first.
func goroutines() []goroutine { return parseGoroutines(dump()) }

// dump returns the stacks of all goroutines as text.
func dump() []byte {
	text := make([]byte, 1<<16)
	for {
		if n := runtime.Stack(text, true); n < len(text) || n >= 64<<20 {
			return text[:n]
		}
		text = make([]byte, 2*len(text))
	}
}

// parseGoroutines reads what runtime.Stack or a dying process prints. Lines
// before the first goroutine are skipped.
func parseGoroutines(dump []byte) []goroutine {
	var all []goroutine
	for _, entry := range bytes.Split(dump, []byte("\n\n")) {
		head, stack, _ := strings.Cut(strings.TrimSpace(string(entry)), "\n")
		m := header.FindStringSubmatch(head)
		if m == nil {
			continue
		}
		g := goroutine{id: leadingID([]byte(head)), state: m[1], stack: stack}
		if c := createdBy.FindStringSubmatch(stack); c != nil {
			g.creator, _ = strconv.ParseUint(c[1], 10, 64)
		}
		all = append(all, g)
	}
	return all
}

// goroutineID returns the id of the calling goroutine.
func goroutineID() uint64 {
	var head [32]byte
	return leadingID(head[:runtime.Stack(head[:], false)])
}

// leadingID reads the id at the beginning of a goroutine's stack.
func leadingID(stack []byte) (id uint64) {
	for _, digit := range bytes.TrimPrefix(stack, []byte("goroutine ")) {
		if digit < '0' || digit > '9' {
			break
		}
		id = 10*id + uint64(digit-'0')
	}
	return id
}

// ids returns the set of all goroutines there are.
func ids() map[uint64]bool {
	set := make(map[uint64]bool)
	for _, stack := range bytes.Split(dump(), []byte("\n\n")) {
		set[leadingID(stack)] = true
	}
	return set
}

// excerpt describes the goroutines that were not there before, the same ones
// together, and leaves out the calling one. It shows at most a few, and of each
// only the innermost frames.
func excerpt(before map[uint64]bool) string {
	const most, frames = 5, 6
	var order []string
	count := make(map[string]int)
	for i, g := range goroutines() {
		if i == 0 || before[g.id] {
			continue
		}
		shown := g.describe(frames)
		if count[shown]++; count[shown] == 1 {
			order = append(order, shown)
		}
	}
	if len(order) == 0 {
		return "no goroutine is left that was not there before"
	}
	var text strings.Builder
	for i, shown := range order {
		if i == most {
			fmt.Fprintf(&text, "\nand %d more kinds", len(order)-most)
			break
		}
		fmt.Fprintf(&text, "\n%d x %s", count[shown], shown)
	}
	return strings.TrimPrefix(text.String(), "\n")
}

// describe shows the innermost frames and where the goroutine was started,
// without the addresses that make the same stacks differ.
func (g goroutine) describe(frames int) string {
	lines := strings.Split(g.stack, "\n")
	shown := []string{"goroutine [" + g.state + "]"}
	for i := 0; i+1 < len(lines); i += 2 {
		made := strings.HasPrefix(lines[i], "created by ")
		if i/2 >= frames && !made {
			continue
		}
		name := arguments.ReplaceAllString(lines[i], "()")
		if made {
			name, _, _ = strings.Cut(name, " in goroutine ")
		}
		shown = append(shown, "\t"+name+" "+offset.ReplaceAllString(strings.TrimSpace(lines[i+1]), ""))
	}
	return strings.Join(shown, "\n")
}
