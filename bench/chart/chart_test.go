package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var sizes = map[string]Size{"wide": Wide, "narrow": Narrow}

// every draws one chart of each kind, with these names in it.
func every(size Size, name string) map[string]string {
	var curves []Curve
	for i := range 14 {
		c := Curve{Name: name + strconv.Itoa(i), Look: i - 1}
		for x := 100.0; x <= 1e5; x *= 2 {
			y := x / (x + 300*float64(i+1))
			c.Points = append(c.Points, Point{x, y, 0.9 * y, 1.1 * y})
		}
		curves = append(curves, c)
	}
	curves[1].Note = "ours"
	var dots []Dot
	for i := range 14 {
		v := math.Pow(1.5, float64(i))
		dots = append(dots, Dot{Name: name + strconv.Itoa(i), Look: i%2 - 1, Tied: i < 3, Value: v, Low: v / 2, High: v * 2, Text: name})
	}
	dots[1].Note = "ours"
	var builds []Point
	for i := range 40 {
		y := 1 + float64(i/20)/5 + float64(i%3)/100
		builds = append(builds, Point{Y: y, Low: y, High: y + 0.01})
	}
	return map[string]string{
		"curves": Curves(size, name, Axis{Label: name, Scale: Log}, Axis{Label: "share", High: 1}, curves, Rule{0.5, "half"}, Rule{0.52, name}),
		"percentiles": Curves(size, name, Axis{Label: name, Scale: Nines}, Axis{Label: "time", Scale: Log},
			[]Curve{{Name: name, Points: []Point{{0.5, 1, 1, 1}, {0.99, 30, 20, 40}, {0.999, 90, 20, math.Inf(1)}}}}),
		"dots":    Dots(size, name, Axis{Label: name, Scale: Log}, dots, Rule{0.1, "floor"}, Rule{0.12, name}),
		"history": History(size, name, Axis{Label: name}, builds, []Level{{0, 19, 1}, {20, 39, 1.2}}, []Change{{20, "+20 %"}, {22, "-1 %"}, {39, name}}, nil),
	}
}

// A node is one element of an SVG, with its own text and the attributes that it
// has or inherits.
type node struct {
	name, text string
	attributes map[string]string
	title      string // of its <title>
	depth      int
}

// read returns the elements of an SVG in their order.
func read(t interface{ Fatalf(string, ...any) }, svg string) (nodes []*node) {
	var path []*node
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nodes
		}
		if err != nil {
			t.Fatalf("this is no XML: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attributes: make(map[string]string), depth: len(path)}
			if len(path) > 0 {
				n.attributes["text-anchor"] = path[len(path)-1].attributes["text-anchor"]
			}
			for _, a := range token.Attr {
				n.attributes[a.Name.Local] = a.Value
			}
			nodes, path = append(nodes, n), append(path, n)
		case xml.EndElement:
			if n := path[len(path)-1]; n.name == "title" {
				path[len(path)-2].title = n.text
			}
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) == 0 {
				continue // behind the end
			}
			path[len(path)-1].text += string(token)
		}
	}
}

// find returns the elements of a name and a class.
func find(nodes []*node, name, class string) (found []*node) {
	for _, n := range nodes {
		if n.name == name && (class == "" || slices.Contains(strings.Fields(n.attributes["class"]), class)) {
			found = append(found, n)
		}
	}
	return found
}

// at is the place at which a path begins.
func (n *node) at() (x, y float64) {
	if _, err := fmt.Sscanf(n.attributes["d"], "M%f %f", &x, &y); err != nil {
		return math.NaN(), math.NaN()
	}
	return x, y
}

// area is where a chart has its data: between the axes.
func area(nodes []*node) (left, top, bottom, right float64) {
	for _, axis := range find(nodes, "path", "quiet") {
		if _, err := fmt.Sscanf(axis.attributes["d"], "M%f %fV%fH%f", &left, &top, &bottom, &right); err == nil {
			return left, top, bottom, right
		}
	}
	return math.NaN(), math.NaN(), math.NaN(), math.NaN()
}

// box is the room that a text takes with the font that is asked for.
func (n *node) box() (left, top, right, bottom float64) {
	x, _ := strconv.ParseFloat(n.attributes["x"], 64)
	y, _ := strconv.ParseFloat(n.attributes["y"], 64)
	w := width(n.text) / 1.14
	switch n.attributes["text-anchor"] {
	case "middle":
		x -= w / 2
	case "end":
		x -= w
	}
	return x, y - 0.75*fontSize, x + w, y + 0.2*fontSize
}

func TestTextsStayInTheChartAndApart(t *testing.T) {
	for where, size := range sizes {
		for _, name := range []string{"a", "goroutines per message", strings.Repeat("WIDE ", 60), ""} {
			for kind, svg := range every(size, name) {
				nodes := read(t, svg)
				var width, height float64
				if _, err := fmt.Sscanf(nodes[0].attributes["viewBox"], "0 0 %f %f", &width, &height); err != nil {
					t.Fatal(err)
				}
				texts := find(nodes, "text", "")
				for i, a := range texts {
					left, top, right, bottom := a.box()
					if left < 0 || top < -1 || right > width || bottom > height {
						t.Errorf("%s %s: %q reaches from %.1f, %.1f to %.1f, %.1f of %g, %g", where, kind, a.text, left, top, right, bottom, width, height)
					}
					for _, b := range texts[:i] {
						l, t2, r, b2 := b.box()
						if left < r && l < right && top < b2-1 && t2 < bottom-1 {
							t.Errorf("%s %s: %q covers %q", where, kind, a.text, b.text)
						}
					}
				}
			}
		}
	}
}

func TestWidthsAreThoseOfTheFontOrALittleMore(t *testing.T) {
	// As a browser measures them with Liberation Sans, in em.
	for text, em := range map[string]float64{
		"goroutines": 4.670, "goroutines per message": 10.729, "stealing (ours)": 6.336, "100 ns": 3.002, "12,500": 3.059, "99.99 %": 3.669,
		"workerpool": 4.891, "WWW": 2.832, "iiiii": 1.111, "multiple of goroutines (ns/op)": 12.896, "+10.3 %": 3.697, "0a1b2c3": 3.837, "Émile": 2.5,
	} {
		if ratio := width(text) / fontSize / em; ratio < 1.05 || ratio > 1.3 {
			t.Errorf("%q is taken for %.2f times as wide as it is", text, ratio)
		}
	}
}

func TestValuesLieInTheAreaOfTheData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]Scale{Linear, Log, Nines})
		number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(0, 1), rapid.Float64Range(1, 1e6))
		x := Axis{Scale: scale.Draw(t, "x"), High: rapid.SampledFrom([]float64{0, 1, 50}).Draw(t, "high")}
		y := Axis{Scale: scale.Draw(t, "y"), Low: rapid.SampledFrom([]float64{0, 0.5, 10}).Draw(t, "low")}
		c := Curve{Name: "a", Points: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
			return Point{number.Draw(t, "x"), number.Draw(t, "y"), number.Draw(t, "low"), number.Draw(t, "high")}
		}), 0, 20).Draw(t, "points")}
		var dots []Dot
		for _, p := range c.Points {
			dots = append(dots, Dot{"a", "", 0, false, false, p.Y, p.Low, p.High, "text"})
		}
		rules := []Rule{{number.Draw(t, "rule"), "rule"}}
		for kind, svg := range map[string]string{
			"curves":  Curves(Wide, "t", x, y, []Curve{c}, rules...),
			"dots":    Dots(Narrow, "t", y, dots, rules...),
			"history": History(Narrow, "t", y, c.Points, []Level{{0, 3, rules[0].At}, {-5, 1000, 1}}, []Change{{3, "c"}, {1000, "c"}}, nil),
		} {
			if regexp.MustCompile(`d="[^"]*(NaN|Inf|e[+-])`).MatchString(svg) {
				t.Fatalf("%s: a place is no number: %s", kind, svg)
			}
			nodes := read(t, svg)
			left, top, bottom, right := area(nodes)
			if !(left < right && top < bottom) {
				t.Fatalf("%s: the data have no room: %v to %v, %v to %v", kind, left, right, top, bottom)
			}
			for _, v := range append(find(nodes, "path", "v"), find(nodes, "path", "line")...) {
				if x, y := v.at(); v.attributes["stroke-width"] != "0.6" && !(x >= left-0.1 && x <= right+0.1 && y >= top-0.1 && y <= bottom+0.1) {
					t.Fatalf("%s: %v lies outside %v to %v, %v to %v", kind, v, left, right, top, bottom)
				}
			}
		}
	})
}

func TestLargerValuesLieFurtherOnEveryScale(t *testing.T) {
	for _, scale := range []Scale{Linear, Log, Nines} {
		var points []Point
		for _, v := range []float64{0.001, 0.1, 0.5, 0.9, 0.99, 0.9999} {
			points = append(points, Point{X: v, Y: v})
		}
		values := find(read(t, Curves(Wide, "t", Axis{Scale: scale}, Axis{Scale: scale}, []Curve{{Name: "a", Points: points}})), "path", "v")
		if len(values) < 4 {
			t.Fatalf("scale %d: %d values are marked", scale, len(values))
		}
		for i := range values[1:] {
			x0, y0 := values[i].at()
			x1, y1 := values[i+1].at()
			if x1 < x0 || y1 > y0 {
				t.Errorf("scale %d: %q lies at %v, %v and %q at %v, %v", scale, values[i].title, x0, y0, values[i+1].title, x1, y1)
			}
		}
	}
}

func TestTicksAreFewAndDifferAndAscend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "low"))
		high := low * rapid.Float64Range(1.2, 1e9).Draw(t, "factor")
		room := rapid.Float64Range(30, 800).Draw(t, "room")
		for _, scale := range []Scale{Linear, Log} {
			a := Axis{Scale: scale, Low: low, High: high}
			ticks := a.ticks(func(t tick) (float64, float64) { return a.place(t.at) * room, width(t.text) / 2 })
			if len(ticks) > mostTicks || len(ticks) < 2 && room > 250 {
				t.Fatalf("%d ticks between %v and %v", len(ticks), low, high)
			}
			for i := range ticks {
				if v := ticks[i].at; v < low || v > high || i > 0 && (v <= ticks[i-1].at || ticks[i].text == ticks[i-1].text) {
					t.Fatalf("the ticks from %v to %v are %v", low, high, ticks)
				}
			}
		}
	})
	whole := func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }
	if ticks := (Axis{Low: 1.0001, High: 1.3, Write: whole}).ticks(func(t tick) (float64, float64) { return 1e3 * t.at, 1 }); len(ticks) > 1 {
		t.Errorf("an axis says the same %d times: %v", len(ticks), ticks)
	}
	if at := even(1e16, 1e16+2, 8); len(at) > 8 {
		t.Errorf("numbers too close to tell apart have %d ticks", len(at))
	}
}

func TestLabelsKeepTheirOrderAndTheirDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var labels []label
		at, total := 0.0, 0.0
		for i := range rapid.IntRange(0, 30).Draw(t, "names") {
			at += rapid.Float64Range(0, 40).Draw(t, "step")
			size := rapid.Float64Range(1, 20).Draw(t, "size")
			labels, total = append(labels, label{at: at, size: size, curve: i}), total+size
		}
		place(labels, 0, 400)
		squeeze := min(1, 400/total)
		for i, l := range labels {
			if half := l.size * squeeze / 2; l.at < half-1e-6 || l.at > 400-half+1e-6 {
				t.Fatalf("%v lies outside", l)
			}
			if l.curve != i {
				t.Fatalf("label %d comes at %d", l.curve, i)
			}
			if i > 0 && l.at-labels[i-1].at < squeeze*(l.size+labels[i-1].size)/2-1e-6 {
				t.Fatalf("%v and %v are too close", labels[i-1], l)
			}
		}
	})
	free := []label{{at: 50, size: 10}, {at: 100, size: 10}}
	if place(free, 0, 400); free[0].at != 50 || free[1].at != 100 {
		t.Errorf("labels with room moved to %v", free)
	}
}

func TestChartsNeedNoStyleOfTheirOwn(t *testing.T) {
	for where, size := range sizes {
		for kind, svg := range every(size, "strategy") {
			if found := regexp.MustCompile(`style=|#[0-9A-Fa-f]{6}|rgb\(|<script|href|\bon\w+=|\bid=`).FindString(svg); found != "" {
				t.Errorf("%s %s: there is %q in it", where, kind, found)
			}
			for _, n := range read(t, svg) {
				for _, name := range strings.Fields(n.attributes["class"]) {
					if !regexp.MustCompile(`^k\d*$`).MatchString(name) && !regexp.MustCompile(`\.`+name+`\b`).MatchString(Style) {
						t.Errorf("%s %s: class %s has no rule", where, kind, name)
					}
				}
			}
		}
	}
}

func TestChartsAreSmall(t *testing.T) {
	digits := regexp.MustCompile(`\d\.\d\d`)
	for where, size := range sizes {
		for kind, svg := range every(size, "strategy") {
			if found := digits.FindString(regexp.MustCompile(`>[^<]*<`).ReplaceAllString(svg, "")); found != "" {
				t.Errorf("%s %s: a number has more digits than can be seen: %s", where, kind, found)
			}
			if values := len(find(read(t, svg), "path", "v")); len(svg) > 3_000+300*values {
				t.Errorf("%s %s has %d bytes for %d values", where, kind, len(svg), values)
			}
		}
	}
	dense := Curve{Name: "a"}
	for i := range 10_000 {
		dense.Points = append(dense.Points, Point{X: float64(i), Y: 1})
	}
	if n := len(find(read(t, Curves(Wide, "t", Axis{}, Axis{}, []Curve{dense})), "path", "v")); n < 50 || n > 200 {
		t.Errorf("of 10,000 values on one line %d are marked", n)
	}
	if n := len(find(read(t, History(Narrow, "t", Axis{}, dense.Points[:500], nil, nil, nil)), "path", "v")); n != 500 {
		t.Errorf("of 500 builds %d are drawn", n)
	}
}

func TestChartsSayWhatTheyShow(t *testing.T) {
	charts := every(Wide, "pond")
	for kind, wants := range map[string][]string{
		"curves":      {">half<", ">pond13<", ">pond1 (ours)<", ">share<", ">pond<", "<title>pond3: 0.0769 at 100 (0.0692 to 0.0846)</title>", "share by pond. pond0: 0.25 at 100 (0.225 to 0.275); "},
		"percentiles": {">0.99<", ">time<", "<title>pond: 1 at 0.5</title>"},
		"dots":        {">floor<", ">pond0<", "<title>pond1 (ours): pond (0.75 to 3)</title>", "pond1 (ours): pond. pond2: pond."},
		"history":     {">+20 %<", ">build<", ">1<", "<title>1.02 at 3 (1.02 to 1.03)</title>", "pond of 40 builds. +20 % at 21."},
	} {
		for _, want := range append(wants, `role="img" aria-label="pond"><title>pond</title><desc>`) {
			if !strings.Contains(charts[kind], want) {
				t.Errorf("%s: there is no %s", kind, want)
			}
		}
	}
}

func TestSevenCurvesHaveColoursAndTheOthersAreBelow(t *testing.T) {
	var curves []Curve
	for i := range 12 {
		curves = append(curves, Curve{Name: strconv.Itoa(i), Look: i - 1, Grey: i == 2, Points: []Point{{X: 1, Y: 12 - float64(i)}, {X: 2, Y: 12 - float64(i)}}})
	}
	curves[4].Points = nil // takes no colour
	groups := find(read(t, Curves(Wide, "t", Axis{}, Axis{}, curves)), "g", "curve")
	var grey, coloured []string
	for _, g := range groups {
		class := strings.Fields(g.attributes["class"])[1]
		if strings.HasSuffix(g.attributes["class"], " grey") {
			grey = append(grey, class)
			if len(coloured) > 0 {
				t.Errorf("%s lies over what has a colour", class)
			}
			continue
		}
		coloured = append(coloured, class)
	}
	if want := []string{"k1", "k8", "k9", "k10"}; !slices.Equal(grey, want) {
		t.Errorf("grey are %q, want %q", grey, want)
	}
	if want := []string{"k", "k0", "k2", "k4", "k5", "k6", "k7"}; !slices.Equal(coloured, want) {
		t.Errorf("coloured are %q, want %q", coloured, want)
	}
	for look := Plain; look < 20; look++ {
		if class := Class(look); strings.Fields(classOf(look, true))[0] != class {
			t.Errorf("look %d has class %s", look, class)
		}
	}
}

func TestARuleIsNamedWhereFewerCurvesAre(t *testing.T) {
	for free, ys := range map[string][4]float64{"left": {0, 0, 0.53, 0.53}, "right": {0.53, 0.53, 1, 1}} {
		curve := Curve{Name: "a"}
		for i, x := range []float64{0, 1, 9, 10} {
			curve.Points = append(curve.Points, Point{X: x, Y: ys[i]})
		}
		nodes := read(t, Curves(Wide, "t", Axis{}, Axis{High: 1}, []Curve{curve}, Rule{0.5, "rule"}))
		left, _, _, right := area(nodes)
		for _, n := range find(nodes, "text", "") {
			if from, _, _, _ := n.box(); n.text == "rule" && (from < (left+right)/2) != (free == "left") {
				t.Errorf("the %s is free, and the name begins at %.0f, between %.0f and %.0f", free, from, left, right)
			}
		}
	}
}

func TestTiedDotsAreShaded(t *testing.T) {
	nodes := read(t, every(Narrow, "a")["dots"])
	if tied := find(nodes, "path", "tied"); len(tied) != 3 {
		t.Errorf("%d rows are shaded, want 3", len(tied))
	}
}

func TestCurvesDifferWithoutColour(t *testing.T) {
	seen := make(map[string]int)
	for look := range 2 * hues {
		how := marker(look) + stroke(look)
		if other, twice := seen[how]; twice {
			t.Errorf("looks %d and %d are both %s", other, look, how)
		}
		seen[how] = look
	}
}

func TestHostileNamesStayText(t *testing.T) {
	for _, name := range []string{`</text><script>alert(1)</script>`, `"onload="alert(1)`, "a&b<c>", "]]>", strings.Repeat("long", 1000), "\x00\x1b[31m\xff\ufffe", "\u202e", "%s%!d", "\n\t"} {
		shown := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe {
				return 0xfffd
			}
			return r
		}, name)
		for where, size := range sizes {
			for kind, svg := range every(size, name) {
				nodes := read(t, svg)
				for _, n := range nodes {
					if !slices.Contains([]string{"svg", "title", "desc", "g", "path", "text"}, n.name) || n.attributes["onload"] != "" {
						t.Errorf("%s %s: %q became <%s>", where, kind, name, n.name)
					}
				}
				if nodes[0].title != shown || nodes[0].attributes["aria-label"] != shown {
					t.Errorf("%s %s: %q is called %q and %q", where, kind, name, nodes[0].title, nodes[0].attributes["aria-label"])
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
		charts := map[string]string{"history": History(Wide, what, Axis{}, points, nil, nil, nil), "dots": Dots(Wide, "none", Axis{Scale: Log}, nil)}
		for _, scale := range []Scale{Linear, Log, Nines} {
			charts[fmt.Sprint("scale ", scale)] = Curves(Narrow, what, Axis{Scale: scale}, Axis{Scale: Log}, []Curve{{Name: "a", Points: points}})
		}
		for kind, svg := range charts {
			if regexp.MustCompile(`(d|x|y)="[^"]*(NaN|Inf)`).MatchString(svg) {
				t.Errorf("%s of %s: a place is no number: %s", kind, what, svg)
			}
			read(t, svg)
		}
	}
}

func TestTheSameInputGivesTheSameBytesAndIsLeftAlone(t *testing.T) {
	for where, size := range sizes {
		first := every(size, "a")
		for kind, svg := range every(size, "a") {
			if svg != first[kind] {
				t.Errorf("%s %s differs from one time to the next", where, kind)
			}
		}
	}
	points := []Point{{X: 7, Y: 1}, {X: 8, Y: math.NaN()}, {X: 9, Y: 2}}
	curves := []Curve{{Name: "a", Points: slices.Clone(points)}, {Name: "b"}}
	Curves(Wide, "t", Axis{}, Axis{}, curves)
	History(Wide, "t", Axis{}, curves[0].Points, nil, nil, nil)
	if got, want := fmt.Sprint(curves), fmt.Sprint([]Curve{{Name: "a", Points: points}, {Name: "b"}}); got != want {
		t.Errorf("the curves became %s, they were %s", got, want)
	}
}

func TestAFileOfItsOwnHoldsItsStyle(t *testing.T) {
	alone := Standalone(Dots(Wide, "a", Axis{}, []Dot{{Name: "a", Value: 1, High: 2, Text: "1"}}))
	read(t, alone)
	for _, want := range []string{`<svg class="chart" width="760"`, ` xmlns="http://www.w3.org/2000/svg"><style>`, "prefers-color-scheme:dark"} {
		if !strings.Contains(alone, want) {
			t.Errorf("there is no %s in %.300s", want, alone)
		}
	}
}
