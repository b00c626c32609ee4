package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/poolbench/poolbench/bench/chart"
)

// luminance is how bright a colour such as #1c2126 is (WCAG 2.2).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 4 {
		hex = "#" + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:3], 2) + strings.Repeat(hex[3:4], 2)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatalf("%s: %v", hex, err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func TestTextStandsOutFromItsGroundInBothThemes(t *testing.T) {
	sheet := chart.Style + style
	variable := regexp.MustCompile(`--([a-z0-9]+):(#[0-9a-f]{3,6})\b`)
	block := regexp.MustCompile(`(@media\(prefers-color-scheme:dark\)\{)?(?:\.chart,)?:root\{([^}]*)\}`)
	themes := map[string]map[string]string{"light": {}, "dark": {}}
	screen, _, _ := strings.Cut(sheet, "@media print")
	for _, m := range block.FindAllStringSubmatch(screen, -1) {
		theme := "light"
		if m[1] != "" {
			theme = "dark"
		}
		for _, v := range variable.FindAllStringSubmatch(m[2], -1) {
			themes[theme][v[1]] = v[2]
		}
	}
	contrast := func(a, b string) float64 {
		x, y := luminance(t, a), luminance(t, b)
		return (max(x, y) + 0.05) / (min(x, y) + 0.05)
	}
	for theme, colours := range themes {
		check := func(text, ground string, least float64) {
			if colours[text] == "" || colours[ground] == "" {
				t.Fatalf("%s: there is no --%s or no --%s", theme, text, ground)
			}
			if got := contrast(colours[text], colours[ground]); got < least {
				t.Errorf("%s: --%s on --%s has a contrast of %.2f, want %.1f", theme, text, ground, got, least)
			}
		}
		for _, ground := range []string{"ground", "card", "shade"} {
			for _, text := range []string{"ink", "quiet", "accent"} {
				check(text, ground, 4.5)
			}
		}
		check("ink", "mark", 4.5)
		check("quiet", "mark", 4.5)
		check("card", "accent", 4.5) // a button that is pressed
		check("c1", "card", 4.5)     // an error
		for _, curve := range []string{"c0", "c2", "c3", "c4", "c5", "c6", "c7"} {
			check(curve, "card", 3) // what is drawn, WCAG 1.4.11
		}
	}
}
