package chart

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/hemiciclo/hemiciclo/pkg/chart/picture"
)

func TestMain(m *testing.M) {
	DrawWith(picture.New(Runtime).SVG)
	os.Exit(m.Run())
}

// hostile is a text that would leave any of the places where texts stand.
const hostile = `</script><img src=x onerror=alert(1)><!--"'&{a|b} fn:tip ]]>` + "\x00\x1b[31m\u202e\xff"

// chartsWith returns one chart of every kind with s in every one of its texts.
func chartsWith(s string) map[string]Element {
	f := Figure{Title: s + " t", Subtitle: s + " s", Source: s + " f"}
	points := []Point{
		{Label: s + " 1", X: 0.1, Y: 0.2, Key: s, Lines: []string{s}},
		{Label: s + " 2", X: -3, Y: 5},
		{Label: s + " 3", X: math.NaN(), Y: 5},
	}
	return map[string]Element{
		"bar": Bar{Figure: f, Name: s, ValueName: s, Shares: true, Items: []BarItem{
			{Label: s, Value: 1234, Lines: []string{s}}, {Label: "b", Value: 56789},
		}},
		"scatter": Scatter{Figure: f, XName: s, YName: s, Points: points},
		"panels":  Panels{Figure: f, Panels: []Panel{{Title: s, XName: s, YName: s, Points: points}, {Title: "b", Points: points}}},
		"lines": Lines{Figure: f, XName: s, YName: s, RightName: s, Lines: []Line{
			{Name: s, X: []float64{1, 2, 3}, Y: []float64{3, math.NaN(), 1}, Best: Lowest},
			{Name: s + "2", X: []float64{1, 3}, Y: []float64{1e-5, 0}, Right: true, Dashed: true},
		}, Strip: &Strip{YName: s, Line: Line{Name: s + "3", X: []float64{1, 2}, Y: []float64{40, 50}}}},
		"dots": Dots{Figure: f, Name: s, ValueName: s, Reference: &Reference{Name: s, Value: 50}, Items: []Dot{
			{Label: s, Value: 40, Low: 30, High: 60, Lines: []string{s}}, {Label: "b", Value: 70, Low: math.NaN(), High: math.NaN()},
			{Label: "c", Value: math.Inf(1), Low: 30, High: math.Inf(1)},
		}},
		"terms": Terms{Figure: f, XName: s, YName: s, ValueName: s, High: s, Low: s, HighColor: RightColor, LowColor: LeftColor, Terms: []Term{
			{Label: s, X: 120, Y: 3, Value: 7, Lines: []string{s}, Quotes: []QuoteGroup{{s, []Quote{{s, s, s, s}}}}},
			{Label: "b", Y: 40, Value: -3}, {Label: "c", X: math.NaN()},
		}},
		"timeline": Timeline{Figure: f, Unit: s, Periods: []string{s, "b"}, Panels: []TimelinePanel{
			{Title: s, Color: RightColor, Totals: []int{100, 0}, Terms: []TimelineTerm{{Label: s, Counts: []int{20, 0}, Total: s, Lines: []string{s}}}},
			{Title: "b", Color: LeftColor, Totals: []int{0, 0}},
		}},
		"network": Network{Figure: f, Unit: s, Nodes: []Node{{Label: s, Key: s, Lines: []string{s}}, {Label: "b"}, {Label: "c", Size: 30}}, Arrows: []Arrow{
			{From: 0, To: 1, Weight: 3, Lines: []string{s}}, {From: 1, To: 0, Weight: 1}, {From: 2, To: 2, Weight: 1},
		}},
		"network of no weight": Network{Figure: f, Unit: s, Nodes: []Node{{Label: s}, {Label: "b"}}, Arrows: []Arrow{{From: 0, To: 1}}},
		"heatmap":              Heatmap{Figure: f, XName: s, YName: s, Columns: []string{s, "b"}, Rows: []string{s}, Values: [][]float64{{12.5, math.Inf(1)}}, Best: Lowest},
	}
}

func others(s string) map[string]Element {
	return map[string]Element{
		"table":    Table{Caption: s, Columns: []Column{{Name: s}, {Name: "n", Format: func(any) string { return s }}}, Rows: [][]any{{s, 1}, {Strong{s}, 2}, {Spans{{s, true}, {s, false}}, 3}}, Note: s, Filter: []string{s}, Search: s},
		"note":     Note{Title: s, Text: s},
		"tinted":   Tinted{Caption: s, High: s, Low: s, HighColor: s, LowColor: s, Unit: s, Note: s, Texts: []TintedText{{Heading: s, Lines: []string{s}, Words: []TintedWord{{s, 1, true, []string{s}}, {Text: s, Value: math.NaN()}}}}},
		"progress": Progress{Label: s, Unit: s, Count: 3, Total: 4, Detail: s},
	}
}

func render(t *testing.T, e Element) Bundle {
	t.Helper()
	b, err := e.MIME()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// svgText returns the texts of an SVG and fails when it is not well-formed XML.
func svgText(t *testing.T, svg string) string {
	t.Helper()
	var b strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("the SVG is not XML: %v\n%.2000s", err, svg)
		}
		switch token := token.(type) {
		case xml.CharData:
			b.Write(token)
			b.WriteByte('\n')
		case xml.StartElement:
			switch token.Name.Local {
			case "script", "image", "foreignObject", "a":
				t.Errorf("the SVG has a <%s>", token.Name.Local)
			}
			for _, attr := range token.Attr {
				if strings.HasPrefix(attr.Name.Local, "on") {
					t.Errorf("the SVG has an attribute %s", attr.Name.Local)
				}
			}
		}
	}
}

func TestChartsHaveThreeForms(t *testing.T) {
	for name, e := range chartsWith("Ñandú") {
		t.Run(name, func(t *testing.T) {
			b := render(t, e)
			text := svgText(t, b.SVG)
			for _, want := range []string{"Ñandú t", "Ñandú s", "Ñandú f"} {
				if !strings.Contains(text, want) {
					t.Errorf("the picture lacks %q", want)
				}
				if !strings.Contains(b.Text, want) {
					t.Errorf("the text lacks %q:\n%s", want, b.Text)
				}
			}
			encoded := regexp.MustCompile(`base64,([^"]+)"`).FindStringSubmatch(b.HTML)
			if encoded == nil {
				t.Fatal("the HTML has no picture")
			}
			picture, err := base64.StdEncoding.DecodeString(encoded[1])
			if err != nil || string(picture) != b.SVG {
				t.Errorf("the HTML's picture is another one than image/svg+xml (%v)", err)
			}
			if n := strings.Count(b.HTML, "<script>"); n != 1 {
				t.Errorf("the HTML has %d scripts", n)
			}
		})
	}
}

func TestFiguresAreSpanish(t *testing.T) {
	b := render(t, chartsWith("x")["bar"])
	for _, want := range []string{"56.789", "(97,9\u00a0%)", "20.000"} {
		if !strings.Contains(svgText(t, b.SVG), want) {
			t.Errorf("the bars lack %q", want)
		}
	}
	b = render(t, chartsWith("x")["heatmap"])
	if !strings.Contains(svgText(t, b.SVG), "12,50") {
		t.Error("the heat map lacks 12,50")
	}
}

// Bars below 0 point left, have their figure at that end and ticks at round values.
func TestBarsBelowZero(t *testing.T) {
	b := render(t, Bar{Decimals: 1, Items: []BarItem{{Label: "más", Value: 7.6}, {Label: "menos", Value: -10.6}}})
	text := svgText(t, b.SVG)
	for _, want := range []string{"7,6", "−10,6", "−12,5", "−5", "2,5"} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the bars lack %q:\n%s", want, text)
		}
	}
	at := func(figure string) (x float64) {
		part := regexp.MustCompile(`<text[^>]*translate\(([0-9.]+) [^>]*>` + figure + `</text>`).FindStringSubmatch(b.SVG)
		if part == nil {
			t.Fatalf("%s is nowhere in the picture:\n%s", figure, b.SVG)
		}
		x, err := strconv.ParseFloat(part[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	if below, above := at("−10,6"), at("7,6"); below > above/2 || below < at("menos") {
		t.Errorf("the figure of the bar below 0 stands at %v, that above at %v", below, above)
	}
}

// On logarithmic axes a power is a straight line: its points are equally far apart, and
// the ticks are powers of two.
func TestLinesOnLogarithms(t *testing.T) {
	b := render(t, Lines{LogLog: true, XName: "Veces", Lines: []Line{{Name: "a", X: []float64{1, 2, 4, 8}, Y: []float64{0.5, 2, 8, 32}, Points: true, Color: "#112233"}}})
	for _, want := range []string{"1", "2", "4", "8", "0,5", "32"} {
		if text := svgText(t, b.SVG); !strings.Contains(text, want+"\n") {
			t.Errorf("the axes lack %q:\n%s", want, text)
		}
	}
	path := regexp.MustCompile(`d="M(\S+) (\S+)L(\S+) (\S+)L(\S+) (\S+)L(\S+) (\S+)"[^>]* stroke="#112233"`).FindStringSubmatch(b.SVG)
	if path == nil {
		t.Fatal("the picture has no line of four points")
	}
	at := make([]float64, 8)
	for i := range at {
		at[i], _ = strconv.ParseFloat(path[i+1], 64)
	}
	for i := range 2 { // x, then y
		first, second, third := at[i+2]-at[i], at[i+4]-at[i+2], at[i+6]-at[i+4]
		if first == 0 || math.Abs(second-first) > 0.1 || math.Abs(third-first) > 0.1 {
			t.Errorf("steps of %v, %v and %v pixels", first, second, third)
		}
	}
}

// An axis of shares that would be padded beyond 0 and 100 is held to them.
func TestLinesKeepToTheirLimits(t *testing.T) {
	c := Lines{Lines: []Line{{Name: "a", X: []float64{0, 1}, Y: []float64{0, 100}}}}
	if text := svgText(t, render(t, c).SVG); !strings.Contains(text, "120\n") {
		t.Errorf("without limits the axis is not padded:\n%s", text)
	}
	c.YLimits = [2]float64{0, 100}
	if text := svgText(t, render(t, c).SVG); strings.Contains(text, "120\n") || strings.Contains(text, "−20") || !strings.Contains(text, "100\n") {
		t.Errorf("the axis goes beyond its limits:\n%s", text)
	}
}

// On an axis of dates the ticks are days in UTC, wherever the reader is, and the text
// names the last one.
func TestLinesOverDates(t *testing.T) {
	line := Line{Name: "a"}
	for day := range 120 {
		line.X = append(line.X, float64(time.Date(2019, 6, 1+day, 0, 0, 0, 0, time.UTC).UnixMilli()))
		line.Y = append(line.Y, float64(day))
	}
	b := render(t, Lines{XName: "Día", Dates: true, Lines: []Line{line}})
	if text := svgText(t, b.SVG); !strings.Contains(text, "2019-07-01\n") || !strings.Contains(text, "2019-09-01\n") {
		t.Errorf("the axis has no months:\n%s", text)
	}
	if !strings.Contains(b.Text, "2019-09-28") {
		t.Errorf("the text lacks the last day:\n%s", b.Text)
	}
}

// A strip stands below the curves, with the x axis of both below it, and what the
// chart says without a picture holds its line too.
func TestAStripSharesTheAxis(t *testing.T) {
	c := Lines{
		XName: "Paso", YName: "Pérdida", RightName: "Tasa", XMax: 400,
		Lines: []Line{{Name: "Entrenamiento", X: []float64{100, 200}, Y: []float64{3, 2}}, {Name: "Tasa", X: []float64{100}, Y: []float64{1}, Right: true}},
		Strip: &Strip{YName: "Tokens/s", Line: Line{Name: "Velocidad", X: []float64{100, 200}, Y: []float64{1500, 1600}, Decimals: -1}},
	}
	b := render(t, c)
	text := svgText(t, b.SVG)
	if strings.Count(text, "Paso\n") != 1 || strings.Count(text, "Pérdida\n") != 1 || strings.Count(text, "Tokens/s\n") != 1 {
		t.Errorf("each axis has its name once:\n%s", text)
	}
	if strings.Count(text, "300\n") != 1 || !strings.Contains(text, "2.000\n") {
		t.Errorf("the steps stand below the strip alone, whose axis begins at 0:\n%s", text)
	}
	if !strings.Contains(b.Text, "Velocidad (último)") || !strings.Contains(b.Text, "1.600") || strings.Contains(b.Text, "1.600,0") {
		t.Errorf("the text lacks the strip:\n%s", b.Text)
	}
}

// A row's figure stands beside it with its interval, its dot between the ends of the
// line, and a row without an interval has no line.
func TestDotsShowIntervals(t *testing.T) {
	c := Dots{
		Decimals: 1, Limits: [2]float64{0, 100}, Reference: &Reference{Name: "azar", Value: 50},
		Items: []Dot{{Label: "uno", Value: 40, Low: 30, High: 60, Color: "#112233"}, {Label: "dos", Value: 70, Low: math.NaN(), High: math.NaN(), Color: "#445566"}},
	}
	b := render(t, c)
	for _, want := range []string{"40,0  [30,0; 60,0]", "70,0", "uno", "dos", "100"} {
		if !strings.Contains(svgText(t, b.SVG), want+"\n") {
			t.Errorf("the picture lacks %q:\n%s", want, svgText(t, b.SVG))
		}
	}
	if !strings.Contains(b.Text, "azar") {
		t.Errorf("the text lacks the reference:\n%s", b.Text)
	}
	lines := func(color string) int { return strings.Count(b.SVG, `stroke="`+color+`"`) }
	if lines("#112233") == 0 || lines("#445566") != 0 {
		t.Errorf("%d strokes for the row with an interval, %d for the other", lines("#112233"), lines("#445566"))
	}
}

// Where equal ratios are equally long, half and double lie equally far from 1.
func TestDotsOnLogarithms(t *testing.T) {
	b := render(t, Dots{Log: true, KeepOrder: true, Decimals: 1, Items: []Dot{
		{Label: "mitad", Value: 0.5, Low: 0.5, High: 0.5}, {Label: "igual", Value: 1, Low: 0.5, High: 2}, {Label: "doble", Value: 2, Low: 2, High: 2},
	}})
	var dots []float64
	for _, dot := range regexp.MustCompile(`d="M1 0A1[^"]*" transform="matrix\([^,]*,0,0,[^,]*,([^,]*),`).FindAllStringSubmatch(b.SVG, -1) {
		x, _ := strconv.ParseFloat(dot[1], 64)
		dots = append(dots, x)
	}
	if len(dots) != 3 {
		t.Fatalf("the picture has %d dots", len(dots))
	}
	if left, right := dots[1]-dots[0], dots[2]-dots[1]; left < 10 || math.Abs(left-right) > 0.1 {
		t.Errorf("%v pixels to the half, %v to the double", left, right)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	first := make(map[string]Bundle)
	for range 2 {
		for name, e := range chartsWith("a") { // in a map's random order
			b := render(t, e)
			if before, ok := first[name]; ok && before != b {
				t.Errorf("%s differs from the one before", name)
			}
			first[name] = b
		}
	}
}

func TestHostileTextsStayTexts(t *testing.T) {
	all := chartsWith(hostile)
	for name, e := range others(hostile) {
		all[name] = e
	}
	for name, e := range all {
		t.Run(name, func(t *testing.T) {
			b := render(t, e)
			if b.SVG != "" && !strings.Contains(svgText(t, b.SVG), "</script><img") {
				t.Error("the picture does not show the text as it is")
			}
			if strings.Contains(b.HTML, "<img src=x") || strings.Contains(b.HTML, "<!--") {
				t.Error("the text became HTML")
			}
			if opened, closed := strings.Count(b.HTML, "<script"), strings.Count(b.HTML, "</script"); opened != closed || opened > 1 {
				t.Errorf("%d scripts are opened, %d closed", opened, closed)
			}
			for form, s := range map[string]string{"html": b.HTML, "svg": b.SVG, "text": b.Text} {
				if i := strings.IndexAny(s, "\x00\x1b\u202e"); i >= 0 {
					t.Errorf("%s has a control character", form)
				}
			}
		})
	}
}

// The functions of runtime.js write HTML for tooltips: whatever the data say, the result
// has no element but their own.
func TestTooltipsEscape(t *testing.T) {
	data, err := json.Marshal(map[string]any{"text": hostile, "head": hostile, "tip": []string{hostile, hostile},
		"quotes": quoteGroups([]QuoteGroup{{hostile, []Quote{{hostile, hostile, hostile, hostile}}}})})
	if err != nil {
		t.Fatal(err)
	}
	vm := goja.New()
	for _, call := range []string{"tip(P)", "axisTip([P,P])"} {
		out, err := vm.RunString(`(function () { var P = {data: ` + string(data) + `, seriesName: "</b><img>", color: '"><img>'};
			return ` + strings.TrimSpace(Runtime) + `.functions.` + call + ` })()`)
		if err != nil {
			t.Fatal(err)
		}
		own := regexp.MustCompile(`</?(b|br|span|div)( style="[^"<>]*")?>`)
		if rest := own.ReplaceAllString(out.String(), ""); strings.ContainsAny(rest, `<>"'`) {
			t.Errorf("%s leaves markup: %s", call, rest)
		}
	}
}

// Only names from the fixed set become functions, and only where a function belongs.
func TestOptionsCarryNoFunctions(t *testing.T) {
	out, err := goja.New().RunString(`(function () {
		var o = ` + strings.TrimSpace(Runtime) + `.resolve(JSON.parse('{"a":{"formatter":"fn:text"},"b":{"formatter":"{b}"},"c":{"formatter":"fn:constructor"},"name":"fn:text"}'));
		return [typeof o.a.formatter, typeof o.b.formatter, typeof o.c.formatter, o.name].join(" ");
	})()`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "function undefined undefined fn:text"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEmptyChartsAreDrawn(t *testing.T) {
	for name, e := range map[string]Element{
		"bar": Bar{}, "scatter": Scatter{}, "panels": Panels{}, "lines": Lines{}, "heatmap": Heatmap{}, "dots": Dots{}, "terms": Terms{}, "timeline": Timeline{}, "network": Network{},
		"one node":  Network{Nodes: []Node{{Label: "a"}}},
		"one point": Scatter{Points: []Point{{Label: "a"}}},
		"one value": Lines{Lines: []Line{{Name: "a", X: []float64{7}, Y: []float64{7}, Best: Lowest}}},
		"no length": Lines{XMax: 100, Lines: []Line{{Name: "a"}}},
		"no strip":  Lines{Strip: &Strip{}},
	} {
		t.Run(name, func(t *testing.T) { svgText(t, render(t, e).SVG) })
	}
}

func TestManyPointsAreAllDrawn(t *testing.T) {
	const n = 3200 // more than ECharts draws at once unless told
	points := make([]Point, n)
	for i := range points {
		points[i] = Point{Label: "p", X: float64(i % 80), Y: float64(i / 80)}
	}
	svg := render(t, Scatter{Points: points}).SVG
	if got := strings.Count(svg, `stroke="#FFFFFF"`); got < n {
		t.Errorf("%d of %d points are in the picture", got, n)
	}
}

func TestHeatmapWantsWholeRows(t *testing.T) {
	_, err := Heatmap{Columns: []string{"a", "b"}, Rows: []string{"r"}, Values: [][]float64{{1}}}.MIME()
	if err == nil || !strings.Contains(err.Error(), `"r"`) {
		t.Errorf("got %v, want an error that names the row", err)
	}
}

func TestHeatmapShades(t *testing.T) {
	c := Heatmap{
		Columns: []string{"a", "b"}, Rows: []string{"1", "2", "3"},
		Values: [][]float64{{9, 7}, {5, 2}, {1, 4}}, Best: Lowest,
	}
	shade, best := c.shading()
	want := [][]float64{{1, 0.75}, {0.5, 0.125}, {0, 0.375}}
	for i := range want {
		for j := range want[i] {
			if math.Abs(shade[i][j]-want[i][j]) > 1e-9 {
				t.Errorf("shade[%d][%d] = %v, want %v", i, j, shade[i][j], want[i][j])
			}
		}
	}
	if best[0] != 2 || best[1] != 1 {
		t.Errorf("best = %v, want [2 1]", best)
	}
}

// ECharts leaves out a name that would touch the one beside it.
func TestHeatmapNamesEveryColumn(t *testing.T) {
	for _, names := range [][2]string{
		{"Centro y derecha, tweets de prueba (45)", "Frente Amplio, tweets de prueba (90)"},
		{"Uno de " + strings.Repeat("muchos ", 20), "Otro de " + strings.Repeat("muchos ", 20)},
	} {
		b, err := Heatmap{Columns: names[:], Rows: []string{"Modelo de «Centro y derecha»"}, Values: [][]float64{{1, 2}}}.MIME()
		if err != nil {
			t.Fatal(err)
		}
		shown := svgText(t, b.SVG)
		for _, name := range names {
			if !strings.Contains(shown, name[:7]) {
				t.Errorf("no column is named %q:\n%s", name, shown)
			}
		}
	}
}

func TestDraftHasNoScript(t *testing.T) {
	for name, e := range chartsWith("a") {
		b, err := draftOf(e)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.HTML, "<script") || !strings.Contains(b.HTML, "<img") {
			t.Errorf("%s: a draft is the picture alone", name)
		}
	}
}

func TestShowPrintsTextOutsideOfANotebook(t *testing.T) {
	if InNotebook() {
		t.Fatal("this test runs outside of a notebook")
	}
	var buffer bytes.Buffer
	defer func(w io.Writer) { out = w }(out)
	out = &buffer

	if err := Show(Note{Kind: Done, Title: "Listo"}, Table{Columns: []Column{{Name: "a"}}, Rows: [][]any{{1234}}}); err != nil {
		t.Fatal(err)
	}
	if want := "✓ Listo\n    a\n─────\n1.234\n"; buffer.String() != want {
		t.Errorf("got\n%s\nwant\n%s", buffer.String(), want)
	}

	buffer.Reset()
	track := NewTrack("Leer", "filas", 10)
	for i := range int64(11) {
		if err := track.Set(i, 0, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := track.Close(nil); err != nil {
		t.Fatal(err)
	}
	if err := track.Close(errors.New("demasiado tarde")); err != nil {
		t.Fatal(err)
	}
	if got := buffer.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "✓ Leer  10 de 10 filas") {
		t.Errorf("only the end is printed, once; got %q", got)
	}
}
