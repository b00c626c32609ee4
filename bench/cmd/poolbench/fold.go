package main

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// leastText is how many columns text must have to be read: with fewer left of a
// line it goes below what it belongs to.
const leastText = 24

// foldProse breaks a line into lines of at most so many columns, each with the
// indent of the first. A word that is longer has a line of its own. A command and
// a line in the benchmark format stay whole, so that they can be copied.
func foldProse(line string, columns int) []string {
	text := strings.TrimLeft(line, " ")
	switch {
	case width(line) <= columns, strings.HasPrefix(line, "Benchmark"), strings.HasPrefix(text, "poolbench ") && text != line:
		return []string{line}
	}
	indent := line[:len(line)-len(text)]
	lines := wrapped(text, columns-len(indent))
	for i := range lines {
		lines[i] = indent + lines[i]
	}
	return lines
}

// wrapped breaks text into lines of at most so many columns.
func wrapped(text string, columns int) (lines []string) {
	for _, word := range pieces(text) {
		if last := len(lines) - 1; last >= 0 && width(lines[last])+1+width(word) <= columns {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// units stand on the line of their number.
var units = []string{"ns", "us", "µs", "ms", "s", "B", "kB", "MB", "GB", "%"}

// pieces breaks text where a line may end.
func pieces(text string) (out []string) {
	for _, word := range strings.Fields(text) {
		last := len(out) - 1
		if last >= 0 && unicode.IsDigit(rune(out[last][len(out[last])-1])) && slices.Contains(units, strings.TrimRight(word, "].,;:")) {
			out[last] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

func width(s string) int { return utf8.RuneCountInString(s) }

// foldTable fits a table, whose columns are two spaces or more apart, into so
// many columns. Where the last one holds text it is wrapped in its place. Else
// columns that have no room follow below, after the first one again.
func foldTable(rows []string, columns int) (lines []string) {
	if !slices.ContainsFunc(rows, func(row string) bool { return width(row) > columns }) {
		return rows
	}
	starts := columnStarts(rows)
	if len(starts) == 1 && len(rows) > 1 { // no table: each row by itself
		for _, row := range rows {
			lines = append(lines, foldTable([]string{row}, columns)...)
		}
		return lines
	}
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = cut([]rune(row), starts)
	}
	widths := make([]int, len(starts))
	least := leastText // that the last column needs, because words stay whole
	for _, row := range cells {
		for k, cell := range row {
			widths[k] = max(widths[k], width(cell))
		}
		for _, word := range pieces(row[len(row)-1]) {
			least = max(least, width(word))
		}
	}
	for next := 1; ; {
		shown, used := []int{0}, widths[0]
		for ; next < len(starts); next++ {
			need := widths[next]
			if next == len(starts)-1 { // may be wrapped
				need = min(need, least)
			}
			if len(shown) > 1 && used+2+need > columns {
				break
			}
			shown, used = append(shown, next), used+2+widths[next]
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		for _, row := range cells {
			lines = append(lines, foldRow(row, shown, widths, least, columns)...)
		}
		if next >= len(starts) {
			return lines
		}
	}
}

// foldRow lays out some cells of a row, and wraps the last one.
func foldRow(row []string, shown, widths []int, least, columns int) (lines []string) {
	var b strings.Builder
	last := shown[len(shown)-1]
	for _, k := range shown {
		if k != last {
			b.WriteString(row[k] + strings.Repeat(" ", widths[k]-width(row[k])+2))
		}
	}
	before := b.String()
	if width(before)+width(row[last]) <= columns {
		return []string{strings.TrimRight(before+row[last], " ")}
	}
	hanging := width(before)
	if columns-hanging < least {
		hanging = width(before) - width(strings.TrimLeft(before, " ")) + 4
		lines = []string{strings.TrimRight(before, " ")}
	}
	for i, text := range wrapped(row[last], columns-hanging) {
		if i == 0 && len(lines) == 0 {
			lines = []string{before + text}
			continue
		}
		lines = append(lines, strings.Repeat(" ", hanging)+text)
	}
	return lines
}

// columnStarts finds where the columns of aligned rows begin: where something
// stands, and in no row in the two places before it.
func columnStarts(rows []string) (starts []int) {
	begins := make(map[int]bool)
	taken := make(map[int]bool)
	longest := 0
	for _, row := range rows {
		runes := []rune(row)
		longest = max(longest, len(runes))
		for i, r := range runes {
			if r == ' ' {
				continue
			}
			taken[i] = true
			if i < 2 || runes[i-1] == ' ' && runes[i-2] == ' ' {
				begins[i] = true
			}
		}
	}
	starts = []int{0}
	for i := 2; i < longest; i++ {
		if begins[i] && !taken[i-1] && !taken[i-2] && slices.ContainsFunc(rows, func(row string) bool {
			runes := []rune(row)
			return strings.TrimSpace(string(runes[:min(i, len(runes))])) != ""
		}) {
			starts = append(starts, i)
		}
	}
	return starts
}

// cut cuts a row where the columns begin. The first cell keeps its indent.
func cut(row []rune, starts []int) []string {
	cells := make([]string, len(starts))
	for k, start := range starts {
		end := len(row)
		if k+1 < len(starts) {
			end = min(end, starts[k+1])
		}
		if start < end {
			cells[k] = strings.TrimRight(string(row[start:end]), " ")
		}
	}
	return cells
}
