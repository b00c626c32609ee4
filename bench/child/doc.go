// Package child ends child processes with all that they started, keeps what
// they said last, and keeps a child's replies apart from its chatter.
package child
