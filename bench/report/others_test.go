package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestTablesOfOthersThatAreTooManyAreCounted(t *testing.T) {
	var b strings.Builder
	for i := range mostOthers + 5 {
		fmt.Fprintf(&b, "BenchmarkX%d/size=1 1 1 ns/op\n", i)
	}
	all := others(of(t, b.String()))
	if len(all) != mostOthers {
		t.Fatalf("there are %d tables", len(all))
	}
	if note := all[mostOthers-1].note; !strings.HasSuffix(note, "5 more groups have no table here: --format csv holds them.") {
		t.Errorf("the last one says %s", note)
	}
}
