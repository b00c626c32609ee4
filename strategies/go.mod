module github.com/poolbench/poolbench/strategies

go 1.23
