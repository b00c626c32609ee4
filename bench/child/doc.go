// Package child ends child processes with all that they started, and keeps
// what they said last.
package child
