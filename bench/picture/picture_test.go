package picture

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

// every draws one picture of each kind, with these names in it.
func every(size Size, name string) (map[string]string, error) {
	var curves []Curve
	for i := range 14 {
		c := Curve{Name: name + strconv.Itoa(i), Look: i - 1}
		for x := 100.0; x <= 1e5; x *= 2 {
			y := x / (x + 300*float64(i+1))
			c.Points = append(c.Points, Point{x, y, 0.9 * y, 1.1 * y})
		}
		curves = append(curves, c)
	}
	var dots []Dot
	for i := range 14 {
		v := math.Pow(1.5, float64(i))
		dots = append(dots, Dot{name + strconv.Itoa(i), i%2 - 1, v, v / 2, v * 2, name})
	}
	var builds []Point
	for i := range 40 {
		y := 1 + float64(i/20)/5 + float64(i%3)/100
		builds = append(builds, Point{Y: y, Low: y, High: y + 0.01})
	}
	out := make(map[string]string)
	var errs []error
	add := func(kind string) func(string, error) {
		return func(svg string, err error) { out[kind], errs = svg, append(errs, err) }
	}
	add("curves")(Curves(size, name, Axis{Label: name, Scale: Log}, Axis{Label: "share", High: 1}, curves, Rule{0.5, "half"}))
	add("percentiles")(Curves(size, name, Axis{Label: name, Scale: Nines}, Axis{Label: "time", Scale: Log},
		[]Curve{{Name: name, Points: []Point{{0.5, 1, 1, 1}, {0.99, 30, 20, 40}, {0.999, 90, 20, math.Inf(1)}}}}))
	add("dots")(Dots(size, name, Axis{Label: name, Scale: Log}, dots, Rule{0.1, "floor"}))
	add("history")(History(size, name, Axis{Label: name}, builds, []Level{{0, 19, 1}, {20, 39, 1.2}}, []Change{{20, "+20 %"}}, nil))
	return out, errors.Join(errs...)
}

// wellFormed reads an SVG through.
func wellFormed(svg string) error {
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := decoder.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestPicturesNeedNoStyleOfTheirOwn(t *testing.T) {
	for _, size := range []Size{Wide, Narrow} {
		pictures, err := every(size, "strategy")
		if err != nil {
			t.Fatal(err)
		}
		for kind, svg := range pictures {
			if err := wellFormed(svg); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			if found := regexp.MustCompile(`style=|#[0-9A-Fa-f]{6}|rgb\(|<script|href|\bon\w+=`).FindString(svg); found != "" {
				t.Errorf("%s: there is %q in it", kind, found)
			}
			if found := regexp.MustCompile(`\d\.\d\d`).FindString(regexp.MustCompile(`>[^<]*<`).ReplaceAllString(svg, "")); found != "" {
				t.Errorf("%s: a number has more digits than can be seen: %s", kind, found)
			}
			if len(svg) > 45_000 {
				t.Errorf("%s has %d bytes", kind, len(svg))
			}
			for _, class := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(svg, -1) {
				for name := range strings.FieldsSeq(class[1]) {
					if !strings.HasPrefix(name, "k") && !strings.Contains(Style, "."+name+"{") {
						t.Errorf("%s: class %s has no rule", kind, name)
					}
				}
			}
		}
	}
}

func TestPicturesSayWhatTheyShow(t *testing.T) {
	pictures, err := every(Wide, "pond")
	if err != nil {
		t.Fatal(err)
	}
	for kind, wants := range map[string][]string{
		"curves":      {`role="img" aria-label="pond"`, ">half<", ">pond13<", ">share<", ">pond<", `class="line k3 c3`, `class="line k"`},
		"percentiles": {">0.99<", ">time<"},
		"dots":        {">floor<", ">pond0<"},
		"history":     {">+20 %<", ">build<", ">1<"},
	} {
		for _, want := range wants {
			if !strings.Contains(pictures[kind], want) {
				t.Errorf("%s: there is no %s", kind, want)
			}
		}
	}
}

func TestCurvesDifferWithoutColour(t *testing.T) {
	seen := make(map[string]int)
	for look := range 2 * hues {
		s := lineStyle(look)
		how := fmt.Sprintf("%T %v %v", marker(look), s.Dashes, s.Width)
		if other, twice := seen[how]; twice {
			t.Errorf("looks %d and %d are both %s", other, look, how)
		}
		seen[how] = look
	}
}

func TestHostileNamesStayText(t *testing.T) {
	for _, name := range []string{`</text><script>alert(1)</script>`, `"onload="alert(1)`, "a&b<c>", strings.Repeat("long", 1000), "\x00\x1b[31m", "\u202e", ""} {
		for _, size := range []Size{Wide, Narrow} {
			pictures, err := every(size, name)
			if err != nil {
				t.Fatal(err)
			}
			for kind, svg := range pictures {
				if regexp.MustCompile(`<script|<[^>]*\sonload=`).MatchString(svg) {
					t.Errorf("%s: %q became markup", kind, name)
				}
			}
		}
	}
}

func TestNothingToDrawIsNoMistake(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for what, points := range map[string][]Point{
		"nothing": nil, "one point": {{5, 5, 5, 5}}, "no number": {{nan, nan, nan, nan}}, "infinite": {{inf, inf, -inf, inf}},
		"zero": {{0, 0, 0, 0}}, "negative": {{-1, -1, -2, 0}}, "equal": {{1, 1, 1, 1}, {2, 1, 1, 1}}, "huge": {{1e300, 1e300, 0, inf}, {1e-300, 1e-300, 0, 1}},
	} {
		for _, scale := range []Scale{Linear, Log, Nines} {
			if _, err := Curves(Narrow, what, Axis{Scale: scale}, Axis{Scale: Log}, []Curve{{Name: "a", Points: points}}); err != nil {
				t.Errorf("%s on scale %d: %v", what, scale, err)
			}
		}
		if _, err := History(Wide, what, Axis{}, points, nil, nil, nil); err != nil {
			t.Errorf("history of %s: %v", what, err)
		}
	}
	if _, err := Dots(Wide, "none", Axis{Scale: Log}, nil); err != nil {
		t.Error(err)
	}
}

func TestNamesKeepTheirOrderAndTheirDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var wanted []vg.Length
		at := 0.0
		for range rapid.IntRange(0, 30).Draw(t, "names") {
			at += rapid.Float64Range(0, 40).Draw(t, "step")
			wanted = append(wanted, vg.Length(at))
		}
		got := spread(wanted, 12, 0, 400)
		for i, y := range got {
			if y < -1e-6 || y > 400+1e-6 {
				t.Fatalf("%v lies outside", y)
			}
			if i > 0 && y-got[i-1] < min(12, 400/vg.Length(max(1, len(got)-1)))-1e-6 {
				t.Fatalf("%v and %v are too close", got[i-1], y)
			}
		}
	})
}

func TestTicksAreRoundAndFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "low"))
		high := low * rapid.Float64Range(1.2, 1e9).Draw(t, "factor")
		for _, scale := range []Scale{Linear, Log} {
			ticks := ticker{Axis{Scale: scale}, 7}.Ticks(low, high)
			if len(ticks) < 2 || len(ticks) > 7 {
				t.Fatalf("%d ticks between %v and %v", len(ticks), low, high)
			}
		}
	})
}

func TestAFileOfItsOwnHoldsItsStyle(t *testing.T) {
	svg, err := Dots(Wide, "a", Axis{}, []Dot{{"a", 0, 1, 0, 2, "1"}})
	if err != nil {
		t.Fatal(err)
	}
	alone := Standalone(svg)
	if err := wellFormed(alone); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(alone, "<svg ") || !strings.Contains(alone, `xmlns="http://www.w3.org/2000/svg" width="760"`) || !strings.Contains(alone, "prefers-color-scheme:dark") {
		t.Errorf("it begins %.300s", alone)
	}
}
