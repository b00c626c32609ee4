package chart

import (
	"cmp"
	"slices"
	"strings"
)

// Sizes of text, in CSS pixels. They go with the font in Style.
const (
	fontSize = 11.0
	spacing  = 12.5  // from one line to the next, at least
	baseline = 4.0   // from the middle of small letters down to where they stand
	longest  = 140.0 // of a name; what is wider is cut
)

// widths are those of letters in Arial and the fonts with its metrics, in em.
// Letters that are not listed are as wide as a digit.
var widths = [...]struct {
	letters string
	em      float64
}{
	{"ijl'|", 0.23}, {" !,./:;I[]\\ft", 0.28}, {"-()r`{}\"*", 0.35}, {"ckszvxyJ", 0.5}, {"+<=>~", 0.59},
	{"ABEKPSVXYFTZ&", 0.67}, {"CDGHNOQRUw", 0.75}, {"mM", 0.84}, {"W%@…", 1},
}

// width is how wide a text is, or a little more: the reader's font may be wider.
func width(s string) (px float64) {
	const slack = 1.14
	for _, letter := range s {
		em := 0.56
		if letter > 0x1100 { // scripts with letters as wide as high
			em = 1
		}
		for _, w := range widths {
			if strings.ContainsRune(w.letters, letter) {
				em = w.em
			}
		}
		px += em * fontSize * slack
	}
	return px
}

// cut shortens a text that is wider than that.
func cut(s string, px float64) string {
	if width(s) <= px {
		return s
	}
	letters := []rune(s)
	letters = letters[:min(len(letters), int(px))] // no letter is narrower than a pixel
	for len(letters) > 0 && width(string(letters)+"…") > px {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}

// A label is a text that wants to stand at a place.
type label struct {
	at    float64 // the wanted place, along one direction; then the one it gets
	size  float64 // what it takes of that direction
	text  string
	curve int // whose name it is
}

// place gives labels places between two ends, as near to the wanted ones as it
// goes without one covering another, and in the same order. Labels that do not
// fit stand closer, evenly.
func place(labels []label, low, high float64) {
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(a.at, b.at) })
	total := 0.0
	for _, l := range labels {
		total += l.size
	}
	squeeze := min(1, (high-low)/total)
	// Neighbours that touch move as one, around the middle of what they want.
	type run struct {
		members   int
		sum, size float64 // the sum of where each member wants the run to start
	}
	start := func(r run) float64 { return max(low, min(r.sum/float64(r.members), high-r.size)) }
	var runs []run
	for _, l := range labels {
		size := l.size * squeeze
		r := run{1, l.at - size/2, size}
		for len(runs) > 0 {
			before := runs[len(runs)-1]
			if start(before)+before.size <= start(r) {
				break
			}
			r = run{before.members + r.members, before.sum + r.sum - float64(r.members)*before.size, before.size + r.size}
			runs = runs[:len(runs)-1]
		}
		runs = append(runs, r)
	}
	for _, r := range runs {
		at := start(r)
		for i := range labels[:r.members] {
			size := labels[i].size * squeeze
			labels[i].at = at + size/2
			at += size
		}
		labels = labels[r.members:]
	}
}
