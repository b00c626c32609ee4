// Package question holds what users ask, and makes sentences of what was
// measured.
//
// Each question is one file: a slug, the question in words, and the function
// that answers it from the evidence. An answer names the figure it rests on
// with its interval, and says so when the evidence does not carry one.
package question
