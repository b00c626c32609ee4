// Package advisor finds, for a case of the reader's own, the strategies whose
// proved traits fit, and ranks them by the one comparison that was measured
// nearest to the case. Where none is near, it ranks nothing, and says what is
// known instead.
//
// The page does the same in its script; a test compares both word for word.
package advisor
