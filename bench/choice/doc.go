// Package choice finds, for a case of the reader's own, the strategies whose
// proved traits fit, and ranks them by what was measured nearest to the case.
//
// It is one set of rules over plain data: the command asks it in the terminal,
// and the page that the report writes carries the data and the same rules in a
// script, which a test in a browser holds against this package.
package choice
