package compare

import (
	"slices"
	"testing"
)

func TestTermsByHand(t *testing.T) {
	got := TermsOf("¡Vamos con Ana, vamos con fe!", NamesOf("Ana Soto"))
	if want := []string{"vamos", "con", "vamos con", "fe", "con fe"}; !slices.Equal(got, want) {
		t.Errorf("terms %q, want %q", got, want)
	}
	names := NamesOf("José de la Peña", "@ana_soto_ok")
	for word, want := range map[string]bool{
		"peña": true, "pena": true, "josé": true, "la": false, "@ana_soto_ok": true, "#peñapresidente": true,
		"@josepena2017": true, "jose-maria": false, "#chile": false,
	} {
		if names.In(word) != want {
			t.Errorf("In(%q) = %t", word, !want)
		}
	}
}

// Parties' names count whole: their words alone name nobody, short ones stand in too many
// handles, and what has a sign is that handle or hashtag alone.
func TestWholeNames(t *testing.T) {
	names := NamesOf("___")
	names.AddWhole("Frente Amplio", "UDI", "Ærø", "", "#Todos", "@Chile_Vamos", "…")
	for word, want := range map[string]bool{
		"frente": false, "amplio": false, "frenteamplio": true, "#frenteamplio2017": true, "@joven_frenteamplio": true,
		"udi": true, "@udi": true, "@udipopular": false, "estudio": false,
		"#todos": true, "todos": false, "@todos": false, "#todoschile": false,
		"@chile_vamos": true, "@chilevamos": true, "#chilevamos": false, "👍": false,
		"ærø": true, "#kærøen": false, // three letters, though five bytes
	} {
		if names.In(word) != want {
			t.Errorf("In(%q) = %t", word, !want)
		}
	}
	got := TermsOf("Con el FRENTE Amplio, frente a todo", names)
	if want := []string{"con", "el", "con el", "frente", "a", "frente a", "todo", "a todo"}; !slices.Equal(got, want) {
		t.Errorf("terms %q, want %q", got, want)
	}
}

// A text of no known term is on neither side, whatever the intercept.
func TestUndecidedTexts(t *testing.T) {
	c := &Classifier{Intercept: 0.5, Terms: []Term{{Term: "mar", Weight: -2}}}
	for s, want := range map[string]float64{"el mar": -1.5, "otra cosa": 0, "": 0} {
		if score, known := c.Score(s); score != want || (known == 0) != (want == 0) {
			t.Errorf("%q scores %g by %d terms, want %g", s, score, known, want)
		}
	}
	roc, err := ROCOf([]ScoredText{{"a", 1}, {"a", 0}}, []ScoredText{{"b", -1}, {"b", 0}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the accuracy where two of four are undecided", roc.Accuracy.Value, 0.5, 1e-12)
	near(t, "the area", roc.AUC.Value, 0.875, 1e-12)
}

func TestOwnTagsByHand(t *testing.T) {
	var texts, owners [2][]string
	add := func(side int, owner, text string) {
		texts[side], owners[side] = append(texts[side], text), append(owners[side], owner)
	}
	for _, owner := range []string{"a", "b", "c", "d", "e"} {
		add(0, owner, "\u2066@Partido\u2069 hoy #chile @ana @Partido")
		add(1, owner, "#chile hoy #paro")
	}
	add(0, "a", "#sola #sola")
	add(0, "b", "#dos")
	add(0, "a", "#dos @partido")
	add(1, "a", "@dicho")
	add(1, "b", "#Paro @dicho")
	add(1, "c", "@dicho")
	add(0, "c", "@dicho")
	got := OwnTags(texts, owners, NamesOf("ana"), []Term{{Term: "#sola"}, {Term: "hoy"}, {Term: "@dicho"}, {Term: "@ana"}})
	if want := []OwnTag{{"@partido", 5, 6}, {"#sola", 1, 1}}; !slices.Equal(got[0], want) {
		t.Errorf("of the first side %v, want %v", got[0], want)
	}
	if want := []OwnTag{{"#paro", 5, 6}}; !slices.Equal(got[1], want) {
		t.Errorf("of the second side %v, want %v", got[1], want)
	}
}

func TestWilsonIsThatOfSciPy(t *testing.T) {
	for _, want := range readReference(t).Wilson {
		got := Wilson(want.Hits, want.Texts)
		near(t, "low", got.Low, want.Low, 1e-12)
		near(t, "high", got.High, want.High, 1e-12)
	}
	if got := Wilson(0, 0); got != nil {
		t.Errorf("the interval of nothing is %v", *got)
	}
}
