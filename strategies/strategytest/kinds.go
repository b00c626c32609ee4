package strategytest

import "github.com/poolbench/poolbench/strategies"

// Kinds are the jobs through which the rules are proved on a RemotePool. A
// program that examines one gives them to the hook of its worker processes.
var Kinds = []strategies.Kind{
	{Name: "strategytestecho", Run: func(args []byte) (strategies.Result, error) { return args, nil }},
}
