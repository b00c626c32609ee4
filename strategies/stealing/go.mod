module github.com/poolbench/poolbench/strategies/stealing

go 1.23
