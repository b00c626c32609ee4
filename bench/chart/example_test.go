package chart_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/poolbench/poolbench/bench/chart"
)

// A chart is one <svg> element, in which every value has a text of its own.
func ExampleCurves() {
	none := math.Inf(1)
	svg := chart.Curves(chart.Wide, "Efficiency",
		chart.Axis{Label: "length of a task, us", Scale: chart.Log, Write: plain},
		chart.Axis{Label: "share of the ideal", High: 1, Write: plain},
		[]chart.Curve{
			{Name: "go f()", Look: chart.Plain, Points: []chart.Point{{X: 1, Y: 0.25, Low: 0.2, High: 0.3}, {X: 100, Y: 0.9, Low: -none, High: none}}},
			{Name: "pond", Note: "a library", Points: []chart.Point{{X: 1, Y: 0.5, Low: 0.5, High: 0.5}}},
		},
		chart.Rule{At: 0.5, Name: "half"})
	for _, value := range regexp.MustCompile(`<path class="v"[^>]*><title>(.*?)</title>`).FindAllStringSubmatch(svg, -1) {
		fmt.Println(value[1])
	}
	// Output:
	// go f(): 0.25 at 1 (0.2 to 0.3)
	// go f(): 0.9 at 100
	// pond (a library): 0.5 at 1
}

func plain(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
