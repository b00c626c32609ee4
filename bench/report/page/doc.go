// Package page writes results as one web page that needs nothing else: no
// network, no other file, no framework.
//
// Its style sheet and its script stand in it once each, and its content-security
// policy admits these two by their hashes and nothing besides, so that no string
// from a results file can become a program even if it were not escaped.
package page
