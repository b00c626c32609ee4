package picture

import (
	"fmt"
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Style is the style sheet of every picture, for the light and the dark theme.
// The hues keep their distance for readers who see no red or no green, and each
// has a contrast of three to one or more to the ground it stands on.
const Style = `
.picture{color:var(--ink);font-family:"Liberation Sans",Arial,Helvetica,sans-serif;max-width:100%;height:auto;display:block}
.picture,:root{--ink:#1c2126;--quiet:#5b6670;--rule:#d9dee3;--c0:#0067a8;--c1:#c24e00;--c2:#007a5a;--c3:#a3408a;--c4:#8f6400;--c5:#3b8fc4;--c6:#8c2d19;--c7:#5a6b2e}
@media(prefers-color-scheme:dark){.picture,:root{--ink:#e6e9ec;--quiet:#a2adb7;--rule:#39424b;--c0:#62b5f0;--c1:#ff9a5c;--c2:#3fd3a2;--c3:#eb9ccb;--c4:#e3b53f;--c5:#9fc6ff;--c6:#ffab9b;--c7:#b9d07c}}
.picture .line{fill:none;stroke:currentColor}.picture .quiet{color:var(--quiet)}.picture .rule{color:var(--rule)}.picture .interval{opacity:.5}
.picture .c0{color:var(--c0)}.picture .c1{color:var(--c1)}.picture .c2{color:var(--c2)}.picture .c3{color:var(--c3)}
.picture .c4{color:var(--c4)}.picture .c5{color:var(--c5)}.picture .c6{color:var(--c6)}.picture .c7{color:var(--c7)}
`

// hues is how many colours of their own there are.
const hues = 8

// Plain is the look of what everything else is held against: the colour of
// the text, an unbroken line and round markers.
const Plain = -1

// The library behind this package knows colours and no classes. A class goes
// through it as a colour that nobody uses, and classOf reads it back.
type role uint8

const (
	ink      role = iota // of text and axes
	quiet                // what is said on the side
	rule                 // the grid
	line                 // a curve
	interval             // the interval of a point of a curve
)

// shade is a role, of the given look where it is a curve's, as a colour.
func shade(r role, look int) color.Color {
	return color.RGBA{R: byte(r) + 1, G: byte(look + 2), B: 0x5f, A: 0xff}
}

// classOf returns the classes of a colour that shade made; "" for the plain
// colour of text.
func classOf(hex string) string {
	var r, g, b byte
	if n, err := fmt.Sscanf(hex, "#%02X%02X%02X", &r, &g, &b); n != 3 || err != nil || b != 0x5f {
		return ""
	}
	look := int(g) - 2
	switch role(r - 1) {
	case quiet:
		return "quiet"
	case rule:
		return "rule"
	case line:
		return curveClass(look)
	case interval:
		return curveClass(look) + " interval"
	}
	return ""
}

// Class is the class of everything in a picture that belongs to a curve of that
// look.
func Class(look int) string {
	class, _, _ := strings.Cut(curveClass(look), " ")
	return class
}

// curveClass names the curve, for who wants to find all of it, and its colour.
func curveClass(look int) string {
	if look == Plain {
		return "k"
	}
	return fmt.Sprintf("k%d c%d", look, look%hues)
}

var (
	markers = []draw.GlyphDrawer{
		draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{},
		draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}, draw.PlusGlyph{},
	}
	dashes = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 2, 2, 2}}
)

// marker is the marker of a look. The second round of colours begins at another
// marker, so that what shares a colour shares no marker.
func marker(look int) draw.GlyphDrawer {
	if look == Plain {
		return draw.CircleGlyph{}
	}
	return markers[(look+3*(look/hues))%len(markers)]
}

// lineStyle is how a curve of that look is drawn.
func lineStyle(look int) draw.LineStyle {
	s := draw.LineStyle{Color: shade(line, look), Width: 1.4}
	if look == Plain {
		s.Width = 2
	} else {
		s.Dashes = dashes[(look/hues+look)%len(dashes)]
	}
	return s
}
