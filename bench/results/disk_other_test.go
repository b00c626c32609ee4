//go:build !unix

package results_test

func limitFileSize() {}
