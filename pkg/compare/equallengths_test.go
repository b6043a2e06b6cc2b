package compare_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

var learnt = []string{
	"hoy recorrimos el mercado de la comuna con los vecinos",
	"vamos a mejorar la salud de todas las familias",
}

// Real texts repeat half of their runs of five words, so that a written text of five words
// which is a copy says little: whole real texts, being longer, are none.
func TestCopiesAtEqualLengths(t *testing.T) {
	training := compare.NewIndex(learnt)
	real := []string{
		"hoy recorrimos el mercado de la feria y su gente", // 2 of 6 runs of five words
		"vamos a mejorar la salud de todas las escuelas",   // 4 of 5
		"nada de esto se dijo antes en este lugar",         // 0 of 5
		"corto y nada más",                                 // too short
	}
	written := []string{"Hoy recorrimos el mercado de", "recorrimos el mercado de la", "una cosa que nadie dijo", "y ya"}
	e := training.AtEqualLengths(written, real, 1)
	if e.Texts != 3 {
		t.Errorf("%d texts of five words or more", e.Texts)
	}
	if want := 2.0 / 3; math.Abs(e.Written.Value-want) > 1e-12 {
		t.Errorf("written %v, want %v", e.Written.Value, want)
	}
	if want := (2.0/6 + 4.0/5 + 0) / 3; math.Abs(e.Real.Value-want) > 1e-12 {
		t.Errorf("real %v, want %v", e.Real.Value, want)
	}
	d := e.Difference
	if math.Abs(d.Value-(e.Written.Value-e.Real.Value)) > 1e-12 || d.Within != nil || e.Real.Within != nil {
		t.Errorf("difference %+v of so few real texts", d)
	}
	// That none of a hundred is a copy says little where two of them are long enough.
	few := append(slices.Repeat([]string{"corto y nada más"}, 98), "nada de esto se dijo antes", "una cosa que nadie dijo nunca")
	if e := training.AtEqualLengths(written, few, 1); *e.Real.Within != *compare.Wilson(0, 2) {
		t.Errorf("two long texts: %+v", *e.Real.Within)
	}

	long := training.AtEqualLengths([]string{"hoy recorrimos el mercado de la comuna con los vecinos de siempre y más"}, real, 1)
	if long.Texts != 0 || long.Difference.Within != nil {
		t.Errorf("a text longer than all real ones: %+v", long)
	}
}

// Many copies against none are surely more, and the other way round surely fewer; no copy
// among few texts says nothing.
func TestDifferenceAtEqualLengths(t *testing.T) {
	training := compare.NewIndex(learnt)
	copied, fresh := learnt[0], "nunca antes se dijo cosa parecida en esta gran sala"
	repeat := func(text string, n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = text
		}
		return list
	}
	for name, c := range map[string]struct {
		written, real []string
		where         int
	}{
		"more":       {repeat(copied, 30), repeat(fresh, 30), 1},
		"fewer":      {repeat(fresh, 30), repeat(copied, 30), -1},
		"both none":  {repeat(fresh, 30), repeat(fresh, 30), 0},
		"both all":   {repeat(copied, 30), repeat(copied, 30), 0},
		"only a few": {repeat(fresh, 3), append(repeat(copied, 3), repeat(fresh, 27)...), 0},
	} {
		within := training.AtEqualLengths(c.written, c.real, 1).Difference.Within
		where := 0
		if within.Low > 0 {
			where = 1
		} else if within.High < 0 {
			where = -1
		}
		if where != c.where {
			t.Errorf("%s: %+v", name, within)
		}
	}
}

// Where every run of every real text is a copy, the interval is as wide as so few texts
// warrant, however many lengths the shares are averaged over.
func TestAllCopiesOfManyLengths(t *testing.T) {
	training := compare.NewIndex([]string{"a b c d e f g h i j k l m n o p"})
	words := strings.Fields("a b c d e f g h i j k l m n o p")
	var written []string
	for n := compare.CopyWords; n < compare.CopyWords+10; n++ {
		written = append(written, strings.Join(words[:n], " "))
	}
	e := training.AtEqualLengths(written, []string{strings.Join(words, " "), strings.Join(words, " ")}, 1)
	if within := e.Real.Within; e.Real.Value != 1 || within == nil || within.Low > 0.5 {
		t.Errorf("the real share is %v in %v, want 1 in Wilson's interval of two texts", e.Real.Value, within)
	}
}
