// Package report lays out what was measured: answers in words, then tables.
package report
