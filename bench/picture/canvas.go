package picture

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A Size is what a picture is drawn for, in CSS pixels.
type Size struct{ Width, Height float64 }

// The sizes to draw for: a page on a desk, and a telephone.
var (
	Wide   = Size{760, 430}
	Narrow = Size{300, 400}
)

// narrow tells whether there is little room beside one another.
func (s Size) narrow() bool { return s.Width < 500 }

// tall returns the size with that height.
func (s Size) tall(height float64) Size { return Size{s.Width, height} }

// fonts are those whose metrics the usual sans-serif fonts share, which decides
// how much room a text takes.
var fonts = font.NewCache(liberation.Collection())

// textStyle is a text of that height.
func textStyle(r role, look int, size vg.Length) text.Style {
	return text.Style{
		Color: shade(r, look), Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: text.Plain{Fonts: fonts},
	}
}

// longestName is how many letters of a name a picture has room for.
const longestName = 22

// cut shortens a name that is longer than that.
func cut(name string) string {
	letters := []rune(name)
	if len(letters) <= longestName {
		return name
	}
	return string(letters[:longestName-1]) + "…"
}

// slack is how much wider a text may be with the reader's font.
const slack = 1.14

// roomFor is what the widest of texts takes, with any font.
func roomFor(texts []string) (room vg.Length) {
	style := textStyle(ink, 0, tickSize)
	for _, t := range texts {
		room = max(room, slack*style.Width(t))
	}
	return room
}

const (
	tickSize  vg.Length = 11
	labelSize vg.Length = 12
)

// newPlot makes a plot with axes and a grid, and nothing in it.
func newPlot(size Size, x, y Axis) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	across, up := 8, 7
	if size.narrow() {
		across = 4
	}
	for _, a := range []struct {
		axis *plot.Axis
		of   Axis
		most int
	}{{&p.X, x, across}, {&p.Y, y, up}} {
		axis := a.axis
		axis.Min, axis.Max, axis.Scale, axis.Padding = a.of.Low, a.of.High, a.of.Scale, 0
		axis.Label.Text, axis.Label.Padding = a.of.Label, 4
		align := axis.Label.TextStyle
		axis.Label.TextStyle = textStyle(quiet, 0, labelSize)
		axis.Label.TextStyle.XAlign, axis.Label.TextStyle.YAlign = align.XAlign, align.YAlign
		align = axis.Tick.Label
		axis.Tick.Label = textStyle(ink, 0, tickSize)
		axis.Tick.Label.XAlign, axis.Tick.Label.YAlign = align.XAlign, align.YAlign
		axis.Tick.Marker = ticker{a.of, a.most}
		axis.Tick.Length = 3
		axis.LineStyle = draw.LineStyle{Color: shade(quiet, 0), Width: 0.7}
		axis.Tick.LineStyle = axis.LineStyle
	}
	grid := plotter.NewGrid()
	grid.Vertical = draw.LineStyle{Color: shade(rule, 0), Width: 0.7}
	grid.Horizontal = grid.Vertical
	p.Add(grid)
	return p
}

// render draws on a canvas of that size and returns an SVG element, which
// screen readers call by its name.
func render(size Size, name string, paint func(draw.Canvas)) (svg string, err error) {
	defer func() {
		// The library panics where numbers leave it no way to draw.
		if broken := recover(); broken != nil {
			err = fmt.Errorf("draw %q: %v", name, broken)
		}
	}()
	canvas := vgsvg.New(vg.Length(size.Width), vg.Length(size.Height))
	paint(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", fmt.Errorf("draw %q: %w", name, err)
	}
	_, body, found := strings.Cut(b.String(), `xmlns:xlink="http://www.w3.org/1999/xlink">`)
	if !found {
		return "", fmt.Errorf("draw %q: the library's SVG begins in a way that is not known", name)
	}
	head := fmt.Sprintf(`<svg class="picture" viewBox="0 0 %g %g" role="img" aria-label="%s" fill="currentColor">`,
		size.Width, size.Height, html.EscapeString(name))
	return head + strings.TrimSpace(tag.ReplaceAllStringFunc(body, tidy)), nil
}

// Standalone makes a file of its own of a picture, with its style sheet in it.
func Standalone(svg string) string {
	size := viewBox.FindStringSubmatch(svg)
	opening, body, found := strings.Cut(svg, ">")
	if size == nil || !found {
		return svg
	}
	return fmt.Sprintf(`%s xmlns="http://www.w3.org/2000/svg" width="%s" height="%s"><style>%s</style>%s`,
		opening, size[1], size[2], Style, body) + "\n"
}

var (
	viewBox   = regexp.MustCompile(`viewBox="0 0 ([\d.]+) ([\d.]+)"`)
	tag       = regexp.MustCompile(`(?s)<[^>]*>\n?`)
	styled    = regexp.MustCompile(`(?s)\s*style="([^"]*)"`)
	fractions = regexp.MustCompile(`-?\d+\.\d+(e[-+]?\d+)?`)
)

// tidy writes one tag with classes in the place of styles, and with no more
// digits than can be seen.
func tidy(tag string) string {
	tag = strings.TrimSuffix(tag, "\n")
	tag = fractions.ReplaceAllStringFunc(tag, func(number string) string {
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return number
		}
		return strconv.FormatFloat(math.Round(10*v)/10, 'f', -1, 64)
	})
	return styled.ReplaceAllStringFunc(tag, func(style string) string {
		return attributes(styled.FindStringSubmatch(style)[1])
	})
}

// attributes writes a style as classes, and the rest of it as what SVG has
// attributes for.
func attributes(style string) string {
	class, rest, stroked := "", "", false
	for property := range strings.SplitSeq(style, ";") {
		key, value, _ := strings.Cut(property, ":")
		switch key {
		case "fill", "stroke":
			if strings.HasPrefix(value, "#") {
				if c := classOf(value); c != "" {
					class = c
				}
			}
			if key == "stroke" {
				stroked = true
			}
		case "stroke-width", "stroke-dasharray":
			rest += fmt.Sprintf(` %s="%s"`, key, value)
		case "font-size":
			rest += fmt.Sprintf(` %s="%s"`, key, strings.TrimSuffix(value, "px"))
		}
	}
	if stroked { // what is not is filled, as the whole picture
		class = strings.TrimSpace("line " + class)
	}
	if class != "" {
		rest = fmt.Sprintf(` class="%s"`, class) + rest
	}
	return rest
}
