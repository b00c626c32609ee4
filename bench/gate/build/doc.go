// Package build makes the two sets of test binaries that a gate compares: of two
// revisions of a repository, of two versions of a module it depends on, or with
// two releases of Go. Revisions are checked out into temporary worktrees; nothing
// is changed in the user's own.
package build
