package chart

import (
	"fmt"
	"hash/fnv"
	"strconv"
)

// Colours that mean the same in every figure. They are from the Okabe–Ito set, which
// readers with any common colour blindness can tell apart (Okabe and Ito, "Color universal
// design", 2008).
const (
	RightColor = "#0072B2" // the right: blue
	LeftColor  = "#D55E00" // the left: vermillion
	BaseColor  = "#6B6B6B" // neither, or both: grey
)

// okabeIto in the order in which keys receive them, without those of the sides, which would
// say of a party that it is of one. The yellow is darkened and black lightened, so that both
// are legible on white.
var okabeIto = []string{
	"#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4D4D4D", "#B5A500",
}

// symbols tell apart the keys that share a hue.
var symbols = []string{"circle", "diamond", "triangle", "rect"}

// symbolScale makes all symbols look equally large.
var symbolScale = map[string]float64{"circle": 1, "diamond": 1.3, "triangle": 1.1, "rect": 0.9}

// Palette gives every key (a party, a model, a side) one colour and one symbol, the same
// in every chart that uses a palette made of the same keys. The zero value works: it
// chooses by the key alone, so two keys may then share a colour.
type Palette struct{ index map[string]int }

// NewPalette gives the keys distinct colours, in their order: six of Okabe and Ito
// first, then lighter and darker ones of the same hues.
func NewPalette(keys ...string) *Palette {
	p := &Palette{index: make(map[string]int, len(keys))}
	for _, key := range keys {
		if _, seen := p.index[key]; !seen {
			p.index[key] = len(p.index)
		}
	}
	return p
}

// Color returns the colour of a key as "#rrggbb".
func (p *Palette) Color(key string) string {
	i := p.place(key)
	color := okabeIto[i%len(okabeIto)]
	switch i / len(okabeIto) % len(symbols) {
	case 1:
		return blend(color, "#FFFFFF", 0.4)
	case 2:
		return blend(color, "#000000", 0.4)
	case 3:
		return blend(color, "#000000", 0.65)
	default:
		return color
	}
}

func (p *Palette) symbol(key string) string {
	return symbols[p.place(key)/len(okabeIto)%len(symbols)]
}

func (p *Palette) place(key string) int {
	if p != nil {
		if i, ok := p.index[key]; ok {
			return i
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // a hash never fails to write
	return int(h.Sum32() % uint32(len(okabeIto)))
}

// rgb reads "#rrggbb"; what is no colour counts as grey.
func rgb(color string) [3]float64 {
	if len(color) == 7 && color[0] == '#' {
		if n, err := strconv.ParseUint(color[1:], 16, 32); err == nil {
			return [3]float64{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}
		}
	}
	return [3]float64{0x6b, 0x6b, 0x6b}
}

// blend moves from color a to b by t in 0…1.
func blend(a, b string, t float64) string {
	x, y := rgb(a), rgb(b)
	var out [3]int
	for i := range out {
		out[i] = int(x[i] + (y[i]-x[i])*t + 0.5)
	}
	return fmt.Sprintf("#%02X%02X%02X", out[0], out[1], out[2])
}

// ink returns the text colour that is legible on a background.
func ink(background string) string {
	c := rgb(background)
	if 0.299*c[0]+0.587*c[1]+0.114*c[2] > 140 {
		return textColor
	}
	return "#FFFFFF"
}
