package page

import (
	"testing"

	"github.com/poolbench/poolbench/bench/internal/lineup"
)

func TestTextsOfChartsStayInsideAndApartInABrowser(t *testing.T) {
	t.Parallel()
	runs := append(runs(t, "reference"), committed(t, "echo/standard.txt"))
	ctx, _ := visit(t, Input{Runs: runs, Strategies: lineup.All, Servers: lineup.Servers, Timeline: timeline(t, "Parse", "v1.0.0")}, 1200, 900)
	// A box is as high as the font: letters take less.
	faults := ask[[]string](t, ctx, `(() => {
		document.querySelectorAll(".wide, .narrow").forEach(e => { e.style.display = "block" });
		const faults = [];
		for (const chart of document.querySelectorAll("svg.chart")) {
			const name = chart.getAttribute("aria-label") + ", " + chart.viewBox.baseVal.width + ": ", {width, height} = chart.viewBox.baseVal;
			const texts = [...chart.querySelectorAll("text")].map(e => ({text: e.textContent, box: e.getBBox()}));
			if (texts.length < 3) faults.push(name + texts.length + " texts");
			texts.forEach(({text, box: a}, i) => {
				if (a.x < -0.5 || a.y < -3 || a.x + a.width > width + 0.5 || a.y + a.height > height + 2) faults.push(name + text + " reaches outside");
				for (const {text: other, box: b} of texts.slice(0, i)) {
					if (a.x < b.x + b.width && b.x < a.x + a.width && a.y + 2 < b.y + b.height - 2 && b.y + 2 < a.y + a.height - 2) faults.push(name + text + " covers " + other);
				}
			});
		}
		return faults;
	})()`)
	for _, fault := range faults {
		t.Error(fault)
	}
	if n := ask[int](t, ctx, `document.querySelectorAll("svg.chart").length`); n < 20 {
		t.Errorf("the page has %d charts", n)
	}
}

func TestAGreyCurveTakesItsColourWhenItIsChosen(t *testing.T) {
	t.Parallel()
	ctx, _ := visit(t, Input{Runs: runs(t, "reference"), Strategies: lineup.All}, 1200, 900)
	colours := ask[[]string](t, ctx, `(() => {
		const grey = document.querySelector("svg.chart .grey"), colour = () => getComputedStyle(grey).color, before = colour();
		grey.classList.add("on");
		const chosen = colour();
		grey.classList.remove("grey");
		return [before, chosen, colour()];
	})()`)
	if colours[0] == colours[1] || colours[1] != colours[2] {
		t.Errorf("before, when chosen, and without the class its colours are %q", colours)
	}
}
