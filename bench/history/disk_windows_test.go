package history_test

// limitFileSize is needed by a test that does not run here.
func limitFileSize() {}
