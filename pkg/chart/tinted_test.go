package chart

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func tintedExample() Tinted {
	return Tinted{
		Caption: "Dos textos", High: "Azules", Low: "Verdes", HighColor: RightColor, LowColor: LeftColor, Unit: "bits", Limit: 4, Decimals: 1,
		Texts: []TintedText{
			{Heading: "El primero", Words: []TintedWord{
				{Text: "Con", Value: math.NaN()}, {Text: "los", Value: 0.49}, {Text: "<vecinos>", Value: 2.5, Strong: true, Lines: []string{"base: 3 \"bits\""}},
				{Text: "😀", Value: -40}, {Text: "y", Value: -0.51}, {Text: "ya", Value: -0.001},
			}, Lines: []string{"Total: −37,6 bits"}},
			{Words: []TintedWord{{Text: "solo", Value: 1}}},
		},
		Note: "Corpus sintético",
	}
}

func TestTintedWordsByHand(t *testing.T) {
	b := render(t, tintedExample())
	for _, want := range []string{
		"<i>Con</i> ", // context has no value
		`<span class="t0" data-value="+0,5" title="los: +0,5 bits hacia Azules">los</span>`,
		`<span class="h3 strong" data-value="+2,5" title="&lt;vecinos&gt;: +2,5 bits hacia Azules` + "\n" + `base: 3 &#34;bits&#34;">&lt;vecinos&gt;</span>`,
		`<span class="l4" data-value="−40,0" title="😀: −40,0 bits hacia Verdes">😀</span>`,
		`<span class="l1" data-value="−0,5"`,
		`<span class="t0" data-value="0,0"`,
		`style="--high:0,114,178;--low:213,94,0"`,
		`<span class="l4">≤ −4,0</span>`, `<span class="t0">0,0</span>`, `<span class="h2">+2,0</span>`,
	} {
		if !strings.Contains(b.HTML, want) {
			t.Errorf("the HTML lacks %q:\n%s", want, b.HTML)
		}
	}
	const text = `Dos textos

El primero
Con los <vecinos>[+2,5] 😀[−40,0] y[−0,5] ya
  Total: −37,6 bits
solo[+1,0]

Corpus sintético
`
	if b.Text != text {
		t.Errorf("the text is\n%s\nwant\n%s", b.Text, text)
	}
	if strings.Contains(b.HTML, "<script") {
		t.Error("coloured text needs a script")
	}
}

// Every step has a class of its own in the style sheet, and an underline by which it is told
// from all others without a colour.
func TestTintsAreToldWithoutColour(t *testing.T) {
	seen := map[string]string{}
	for level := -tints; level <= tints; level++ {
		if level == 0 {
			continue
		}
		class := tintClass(level, false)
		rule := regexp.MustCompile(`\.` + class + `\{background:rgba\(var\(--\w+\),[.\d]+\);text-decoration:(underline [^}]*)\}`).FindStringSubmatch(tintStyle)
		if rule == nil {
			t.Fatalf("class %s has no rule", class)
		}
		if other, taken := seen[rule[1]]; taken {
			t.Errorf("%s and %s are both %s", class, other, rule[1])
		}
		seen[rule[1]] = class
	}
}

// The page's text is legible on every hue, on a white ground and on a dark one: a contrast of
// 4.5 at least, as WCAG asks for.
func TestTintsAreLegible(t *testing.T) {
	for _, rule := range regexp.MustCompile(`\.([hl]\d)\{background:rgba\(var\(--(high|low)\),(\.\d+)\)`).FindAllStringSubmatch(tintStyle, -1) {
		alpha, err := strconv.ParseFloat(rule[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		hue := map[string]string{"high": RightColor, "low": LeftColor}[rule[2]]
		for ground, ink := range map[string]string{"#FFFFFF": textColor, "#111111": "#DEDEDE"} {
			if got := contrast(blend(ground, hue, alpha), ink); got < 4.5 {
				t.Errorf("%s on %s has a contrast of %.2f", rule[1], ground, got)
			}
		}
	}
}

// contrast is WCAG's, of two colours.
func contrast(a, b string) float64 {
	luminance := func(color string) float64 {
		sum := 0.0
		for i, v := range rgb(color) {
			if v /= 255; v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += v * []float64{0.2126, 0.7152, 0.0722}[i]
		}
		return sum
	}
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

func TestTintedWithoutALimit(t *testing.T) {
	c := tintedExample()
	c.Limit = 0
	if limit := c.limit(); limit != 40 {
		t.Errorf("the limit is %v", limit)
	}
	if b := render(t, Tinted{Unit: "bits", Texts: []TintedText{{Words: []TintedWord{{Text: "a"}}}}}); !strings.Contains(b.HTML, `title="a: 0 bits"`) {
		t.Errorf("a word that leans to no side: %s", b.HTML)
	}
}
