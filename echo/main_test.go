package echo_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if few := os.Getenv(fewDescriptors); few != "" {
		os.Exit(serveWithFew(few))
	}
	goleak.VerifyTestMain(m)
}
