//go:build unix

package stock

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The scripts of these tests stand for a test binary: what they print depends on
// the pattern that they are given.
func scripted(t *testing.T, script string) Binary {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fake.test")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return Binary{Path: path, Dir: t.TempDir()}
}

func TestALatePanicIsBlamedOnWhoLeftItBehind(t *testing.T) {
	// BenchmarkSlow leaves a goroutine that panics while the fifth after it
	// runs, and lives when it is alone.
	binary := scripted(t, `case "$*" in
*-test.skip=^BenchmarkSlow\$*)
	for i in A B C D E; do
		echo Benchmark$i
		printf 'Benchmark%s \t 1\t 100 ns/op\n' $i
	done
	exit 0;;
*'-test.bench=. '*)
	for i in Slow A B C D; do
		echo Benchmark$i
		printf 'Benchmark%s \t 1\t 100 ns/op\n' $i
	done
	echo BenchmarkE
	printf 'panic: late\n\ngoroutine 9 [running]:\nx.BenchmarkSlow.func1()\n\t/x_test.go:9\ncreated by x.BenchmarkSlow in goroutine 6\n' >&2
	exit 2;;
esac
`)
	l, err := List(context.Background(), binary, ".", 1, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Faults) != 1 || l.Faults[0].Name != "BenchmarkSlow" || !strings.Contains(l.Faults[0].Err.Error(), "panic: late") {
		t.Errorf("blamed: %+v", l.Faults)
	}
	if len(l.Found) != 5 || l.Found[4].Name != "BenchmarkE" {
		t.Errorf("found %+v", l.Found)
	}
}

func TestALineWithoutEndIsAFaultOfItsBenchmark(t *testing.T) {
	binary := scripted(t, `case "$*" in
*-test.skip=*) echo BenchmarkB; printf 'BenchmarkB \t 1\t 100 ns/op\nPASS\n'; exit 0;;
esac
echo BenchmarkA
head -c 200000 /dev/zero | tr '\0' x
sleep 60
`)
	l, err := List(context.Background(), binary, ".", 1, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Faults) != 1 || l.Faults[0].Name != "BenchmarkA" || !strings.Contains(l.Faults[0].Err.Error(), "a line of over 64 KiB") {
		t.Errorf("faults: %+v", l.Faults)
	}
	if len(l.Found) != 1 || !l.Has("BenchmarkA") || !l.Has("BenchmarkB") || l.Has("BenchmarkC") {
		t.Errorf("found: %+v", l.Found)
	}
}

func TestABenchmarkThatExitsWithZeroHidesNobody(t *testing.T) {
	binary := scripted(t, `case "$*" in
*-test.skip=*) echo BenchmarkB; printf 'BenchmarkB \t 1\t 100 ns/op\nPASS\n'; exit 0;;
esac
echo BenchmarkA
exit 0
`)
	l, err := List(context.Background(), binary, ".", 1, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Faults) != 1 || l.Faults[0].Name != "BenchmarkA" || len(l.Found) != 1 {
		t.Errorf("got %+v", l)
	}
}

func TestAParentWithoutALineIsNotBlamedForAFailure(t *testing.T) {
	binary := scripted(t, `echo BenchmarkA
printf -- '--- FAIL: BenchmarkA\n    x_test.go:1: no luck\n'
echo BenchmarkParent
echo FAIL
exit 1
`)
	l, err := List(context.Background(), binary, "X/sub", 1, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Faults) != 1 || l.Faults[0].Name != "BenchmarkA" {
		t.Errorf("blamed: %+v", l.Faults)
	}
}
