package chart

import (
	"fmt"
	stdhtml "html"
	"io"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dop251/goja"
)

func ExampleNumber() {
	fmt.Println(Number(1234567.891, 2), Number(-0.004, 2), Number(999, 0), Number(1000, 0), Integer(-5280))
	// Output: 1.234.567,89 0,00 999 1.000 −5.280
}

func ExampleTable() {
	t := Table{
		Caption: "Pasos de la carga",
		Columns: []Column{{Name: "Paso"}, {Name: "Filas"}, {Name: "Parte", Format: Decimals(3)}},
		Rows: [][]any{
			{"Leer", 1173079, 1.0},
			{"Quitar duplicados", 1078000, 0.919},
			{"Unir", nil, Strong{0.2}},
		},
		Note: "Corpus sintético",
	}
	b, err := t.MIME()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(b.Text)
	// Output:
	// Pasos de la carga
	// Paso                   Filas    Parte
	// ─────────────────  ─────────  ───────
	// Leer               1.173.079    1,000
	// Quitar duplicados  1.078.000    0,919
	// Unir                          0,200 *
	// Corpus sintético
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 cuentas", 1: "1 cuenta", 2: "2 cuentas", 1234: "1.234 cuentas"} {
		if got := Count(n, "cuenta", "cuentas"); got != want {
			t.Errorf("Count(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestNumberOfNoNumber(t *testing.T) {
	for v, want := range map[float64]string{math.Inf(1): "∞", math.Inf(-1): "−∞", 1e6: "1.000.000"} {
		if got := Number(v, 0); got != want {
			t.Errorf("Number(%v) = %s, want %s", v, got, want)
		}
	}
	if got := Number(math.NaN(), 3); got != "–" {
		t.Errorf("Number(NaN) = %s", got)
	}
}

// What is shown elsewhere may end while goroutines still show: the race detector watches.
func TestDisplayEndsWhileOthersShow(t *testing.T) {
	before := out
	out = io.Discard
	defer func() { out = before }()
	DisplayWith(func(Bundle, string) error { return nil })
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 200 {
				if err := NewTrack("a", "", 0).Say("b"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	DisplayWith(nil)
	group.Wait()
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0,0 s", 400 * time.Millisecond: "0,4 s", 9990 * time.Millisecond: "10 s",
		59*time.Second + 600*time.Millisecond: "1 min 00 s", 185 * time.Second: "3 min 05 s",
		3599*time.Second + 900*time.Millisecond: "1 h 00 min", 127 * time.Minute: "2 h 07 min",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestTableRefusesTooManyCells(t *testing.T) {
	_, err := Table{Columns: []Column{{Name: "a"}}, Rows: [][]any{{1}, {1, 2}}}.MIME()
	if err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("got %v, want an error that names row 2", err)
	}
}

func TestTableFiltersByColumns(t *testing.T) {
	table := Table{
		Filter: []string{"Frase", "Lado"}, Columns: []Column{{Name: "Frase"}, {Name: "Lado"}, {Name: "Texto"}},
		Rows: [][]any{{"Vamos", 1, "a"}, {"", 2, "b"}, {nil, 1, "c"}, {`El "27" <b>`, 2, "d"}, {"Vamos", 3, "e"}},
	}
	html := render(t, table).HTML
	for want, times := range map[string]int{
		`<tr data-values="0 0">`: 2, `<tr data-values="0 1">`: 1, `<tr data-values="1 1">`: 1, `<tr data-values="0 2">`: 1, "<option": 7,
		`<option value="0">Vamos</option>`: 1, `<option value="1">El &#34;27&#34; &lt;b&gt;</option>`: 1, "<input": 0,
	} {
		if got := strings.Count(html, want); got != times {
			t.Errorf("%d times %s, want %d", got, want, times)
		}
	}
	if strings.Contains(html, "<script") {
		t.Error("the filter needs a script element")
	}
	for _, wrong := range []Table{{Columns: table.Columns, Filter: []string{"Año"}}, {Columns: table.Columns, Search: "Año"}} {
		if _, err := wrong.MIME(); err == nil || !strings.Contains(err.Error(), "Año") {
			t.Errorf("got %v, want an error that names the column", err)
		}
	}
	if strings.Contains(render(t, Table{Columns: table.Columns, Rows: table.Rows}).HTML, "<select") {
		t.Error("a table without a filter has a choice")
	}
}

// What the handler leaves of a table, run on stand-ins for the browser's elements.
func TestTableFindsRows(t *testing.T) {
	table := Table{
		Filter: []string{"n"}, Search: "Palabra", Columns: []Column{{Name: "n"}, {Name: "Palabra"}, {Name: "Veces"}},
		Rows: [][]any{{1, "Educación", 2}, {2, "la educacion", 1}, {1, "año", 7}, {1, "<mar>", 3}},
	}
	html := render(t, table).HTML
	handler := regexp.MustCompile(`(?s)oninput="([^"]*)"`).FindStringSubmatch(html)
	if handler == nil {
		t.Fatal("there is nothing to type in")
	}
	var rows strings.Builder
	for _, row := range regexp.MustCompile(`<tr data-values="(\d)">(.*?)</tr>`).FindAllStringSubmatch(html, -1) {
		var cells []string
		for _, cell := range regexp.MustCompile(`<td[^>]*>(.*?)</td>`).FindAllStringSubmatch(row[2], -1) {
			cells = append(cells, fmt.Sprintf("{textContent: %q}", stdhtml.UnescapeString(cell[1])))
		}
		fmt.Fprintf(&rows, "{dataset: {values: %q}, cells: [%s]},", row[1], strings.Join(cells, ","))
	}
	for _, c := range []struct{ n, typed, left, count string }{
		{"", "", "0 1 2 3", ""}, {"", " EDUCACIÓN ", "0 1", "2 de 4 filas"}, {"0", "educacion", "0", "1 de 4 filas"},
		{"1", "", "1", "1 de 4 filas"}, {"", "ano", "2", "1 de 4 filas"}, {"", "<mar>", "3", "1 de 4 filas"}, {"", "7", "", "0 de 4 filas"},
	} {
		got, err := goja.New().RunString(fmt.Sprintf(`(() => {
			const rows = [%s], count = {}, choices = [{value: %q}], box = {value: %q};
			(function () { %s }).call({
				closest: () => ({querySelectorAll: () => rows}),
				querySelectorAll: () => choices, querySelector: of => of === 'output' ? count : box,
			});
			return rows.map((row, i) => row.hidden ? '' : i).filter(i => i !== '').join(' ') + '|' + count.value;
		})()`, rows.String(), c.n, c.typed, stdhtml.UnescapeString(handler[1])))
		if err != nil {
			t.Fatal(err)
		}
		if want := c.left + "|" + c.count; got.String() != want {
			t.Errorf("%q among %q leaves %q, want %q", c.typed, c.n, got, want)
		}
	}
}

func TestTableMarksPieces(t *testing.T) {
	b := render(t, Table{Columns: []Column{{Name: "a"}}, Rows: [][]any{{Spans{{"uno <b>", true}, {"dos\ntres", false}}}}})
	if !strings.Contains(b.HTML, ">uno &lt;b&gt;</mark> dos<br>tres</td>") {
		t.Errorf("the cell's HTML is wrong:\n%s", b.HTML)
	}
	if !strings.Contains(b.Text, "[uno <b>] dos tres") {
		t.Errorf("the cell's text is wrong:\n%s", b.Text)
	}
}

func TestTableAlignsNumbersRight(t *testing.T) {
	table := Table{Columns: []Column{{}, {}, {}, {Align: AlignLeft}}, Rows: [][]any{{1, "a", nil, 1}, {Strong{2.5}, 3, nil, 2}}}
	want := []Align{AlignRight, AlignLeft, AlignLeft, AlignLeft}
	for i, got := range table.aligns() {
		if got != want[i] {
			t.Errorf("column %d: %v, want %v", i, got, want[i])
		}
	}
}

func TestPalette(t *testing.T) {
	keys := make([]string, 24)
	for i := range keys {
		keys[i] = fmt.Sprint("partido ", i)
	}
	p := NewPalette(keys...)
	seen := make(map[string]string)
	for _, key := range keys {
		color := p.Color(key)
		if other, ok := seen[color]; ok {
			t.Errorf("%s and %s are both %s", key, other, color)
		}
		if color == RightColor || color == LeftColor {
			t.Errorf("%s has the colour of a side", key)
		}
		seen[color] = key
	}
	var none *Palette
	if none.Color("x") == "" || none.Color("x") != new(Palette).Color("x") {
		t.Error("without a palette a key's colour must depend on the key alone")
	}
}

func TestNiceScaleCovers(t *testing.T) {
	for _, c := range [][2]float64{{0, 31631}, {-0.41, 0.37}, {2.43, 2.45}, {5, 5}, {0, 0}, {-7, -7}, {1e-9, 3e-9}, {1e12, 9e12}} {
		for n := 2; n < 10; n++ {
			s := niceScale(c[0], c[1], n)
			if s.Min > c[0]+1e-9*math.Abs(c[0]) || s.Max < c[1]-1e-9*math.Abs(c[1]) || s.Step <= 0 {
				t.Fatalf("niceScale(%v, %v, %d) = %+v", c[0], c[1], n, s)
			}
			if ticks := (s.Max - s.Min) / s.Step; ticks > 2.5*float64(n)+2 || !onStep(s.Min, s.Step) || !onStep(s.Max, s.Step) {
				t.Fatalf("niceScale(%v, %v, %d) = %+v", c[0], c[1], n, s)
			}
		}
	}
	if s := niceScale(math.Inf(1), math.Inf(-1), 5); s.Max <= s.Min {
		t.Errorf("no values: %+v", s)
	}
}

func TestLogScaleCovers(t *testing.T) {
	for _, c := range []struct{ lo, hi, min, max float64 }{
		{0.66, 25, 0.5, 32}, {1, 16, 1, 16}, {3, 3, 2, 4}, {2, 2, 1, 4}, {0, 5, 0.5, 2}, {math.Inf(1), math.Inf(-1), 0.5, 2},
	} {
		if s := logScale(c.lo, c.hi); s.Min != c.min || s.Max != c.max {
			t.Errorf("logScale(%v, %v) = %+v, want %v to %v", c.lo, c.hi, s, c.min, c.max)
		}
	}
}

func TestLabelsDoNotCoverEachOther(t *testing.T) {
	// Four points so close that only different sides leave all labels free.
	var marks []mark
	for i := range 4 {
		marks = append(marks, mark{x: 200 + 6*float64(i%2), y: 100 + 6*float64(i/2), r: 3, w: 60, h: 12})
	}
	chosen := placeLabels(marks, rect{0, 0, 400, 200}, beside)
	var labels []rect
	for i, s := range chosen {
		if s.side == "" {
			t.Fatalf("label %d is hidden: %v", i, chosen)
		}
		label := marks[i].label(s)
		for _, other := range labels {
			if label.overlap(other) > 0.15*label.w*label.h {
				t.Errorf("labels cover each other: %v", chosen)
			}
		}
		labels = append(labels, label)
	}
	// Among points without labels there is room only to the left, a little outside of the
	// box: anywhere else the label would be read as another point's.
	among := []mark{{x: 64, y: 50, r: 5, w: 60, h: 12}, {x: 86, y: 52, r: 5}, {x: 64, y: 33, r: 5}, {x: 64, y: 66, r: 5}}
	if chosen := placeLabels(among, rect{0, 0, 400, 200}, beside); chosen[0].side != "left" {
		t.Errorf("a label covers another point: %v", chosen)
	}
	// A hundred at one place: most cannot be shown, and none twice.
	same := make([]mark, 100)
	for i := range same {
		same[i] = mark{x: 50, y: 50, r: 3, w: 60, h: 12}
	}
	shown := 0
	for _, s := range placeLabels(same, rect{0, 0, 400, 200}, beside) {
		if s.side != "" {
			shown++
		}
	}
	if shown == 0 || shown > len(beside) {
		t.Errorf("%d labels are shown at one place", shown)
	}
}

// TestLabelsOfCrowdedPoints takes the middle of a panel in which eight parties lie close
// together: beside their points the labels would cover each other or another party's
// point, apart from them they do not.
func TestLabelsOfCrowdedPoints(t *testing.T) {
	box := rect{52, 24, 168, 200}
	var marks []mark
	for _, m := range [][3]float64{{65, 34, 64}, {85, 47, 62}, {90, 66, 80}, {107, 80, 112}, {116, 86, 94}, {109, 90, 82}, {151, 122, 66}, {176, 158, 74}} {
		marks = append(marks, mark{x: m[0], y: m[1], r: 5.5, w: m[2], h: 13})
	}
	covered := func(spots []spot) (n int) {
		for i, m := range marks {
			if spots[i].side == "" {
				n++
				continue
			}
			label := m.label(spots[i])
			for j, other := range marks {
				if i != j && label.overlap(other.point()) > 0 || j < i && label.overlap(other.label(spots[j])) > 0 {
					n++
				}
			}
		}
		return n
	}
	if covered(placeLabels(marks, box, beside)) == 0 {
		t.Error("the points do not crowd: this test shows nothing")
	}
	spots := placeLabels(marks, box, apart)
	if n := covered(spots); n > 0 {
		t.Errorf("%d labels are hidden or cover something: %v", n, spots)
	}
	p := Panels{Panels: []Panel{{Title: "Partidos", Points: []Point{
		{Label: "Movimiento del Canelo", X: 0.095, Y: -0.04}, {Label: "Brisa Independiente", X: 0.11, Y: -0.06},
		{Label: "Vecinos del Valle", X: 0.1, Y: -0.07}, {Label: "Partido del Faro", X: 0, Y: 0.1}, {Label: "Partido del Puente", X: 0.3, Y: -0.3},
	}}}}
	if text := svgText(t, render(t, p).SVG); strings.Count(text, "Movimiento del Canelo") != 1 {
		t.Errorf("a label is missing in %q", text)
	}
}

func TestProgressFigures(t *testing.T) {
	p := Progress{Label: "Leer", Unit: "tuits", Count: 1200, Total: 6000, Elapsed: 4 * time.Second}
	b, err := p.MIME()
	if err != nil {
		t.Fatal(err)
	}
	if want := "Leer  1.200 de 6.000 tuits (20\u00a0%) · 300/s · quedan 16 s\n"; b.Text != want {
		t.Errorf("got %q, want %q", b.Text, want)
	}
	if !strings.Contains(b.HTML, "width:20.0%") {
		t.Error("the bar is not a fifth full")
	}
	p.Before = 800
	if b, err = p.MIME(); err != nil {
		t.Fatal(err)
	}
	if want := "Leer  1.200 de 6.000 tuits (20\u00a0%) · 100/s · quedan 48 s\n"; b.Text != want {
		t.Errorf("going on from 800: got %q, want %q", b.Text, want)
	}
	b, err = Progress{Label: "Leer", Count: 7, Elapsed: time.Minute, Ended: true, Failed: true, Detail: "sin disco"}.MIME()
	if err != nil {
		t.Fatal(err)
	}
	if want := "✗ Leer  7 · 9 s cada uno · en 1 min 00 s  sin disco\n"; b.Text != want {
		t.Errorf("got %q, want %q", b.Text, want)
	}
}

func TestLivePauseGrowsWithTheCost(t *testing.T) {
	var l Live
	for _, c := range []struct {
		cost  time.Duration
		first bool
		want  time.Duration
	}{
		{time.Millisecond, true, time.Second},
		{100 * time.Millisecond, true, 2 * time.Second},
		{time.Second, true, 5 * time.Second},
		{time.Second, false, 20 * time.Second},
		{time.Minute, false, time.Minute},
	} {
		if got := l.pause(c.cost, c.first); got != c.want {
			t.Errorf("after %v, the first: %v: %v, want %v", c.cost, c.first, got, c.want)
		}
	}
}
