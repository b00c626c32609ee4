package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestTablesOfForeignBenchmarksThatAreTooManyAreCounted(t *testing.T) {
	var b strings.Builder
	for i := range mostForeign + 5 {
		fmt.Fprintf(&b, "BenchmarkX%d/size=1 1 1 ns/op\n", i)
	}
	all, err := Tables(of(t, b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != mostForeign {
		t.Fatalf("there are %d tables", len(all))
	}
	if note := all[mostForeign-1].Note; !strings.HasSuffix(note, "5 more groups have no table here: --format csv holds them.") {
		t.Errorf("the last one says %s", note)
	}
}

func TestTheTimeOfAnOperationComesFirst(t *testing.T) {
	tables, err := Tables(of(t, "BenchmarkX/size=1 1 5 B/op 7 ns/op 1 allocs/op\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(tables[0].Head, " "); got != "benchmark n ns/op B/op allocs/op" {
		t.Errorf("the columns are %s", got)
	}
}
