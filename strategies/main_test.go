package strategies_test

import (
	"testing"

	"github.com/poolbench/poolbench/strategies/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// inline runs a task in the goroutine that submits it.
type inline struct{}

func (inline) Go(task func()) error { task(); return nil }
func (inline) Close() error         { return nil }
