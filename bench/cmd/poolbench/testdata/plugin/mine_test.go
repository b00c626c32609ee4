package mine

import (
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/strategies/strategytest"
)

func TestMine(t *testing.T)      { strategytest.Run(t, Strategy) }
func BenchmarkMine(b *testing.B) { bench.Run(b, Strategy) }
