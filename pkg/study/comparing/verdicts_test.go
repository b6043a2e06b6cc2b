package comparing

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/playground"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
)

// madeUp is a comparison of made-up figures, in which nothing is sure.
type madeUp struct {
	s          *run.Run
	prediction *Prediction
	preference *Preference
	classifier *Classifier
	sounds     *Sounds
	copying    *Copying
	variety    *Variety
}

// about is a figure with an interval around it.
func about(value, low, high float64) compare.Measure {
	return compare.Measure{Value: value, Within: &compare.Interval{Low: low, High: high}}
}

func newMadeUp() *madeUp {
	r := &run.Run{Recipe: run.LaptopRecipe()}
	r.Settings.Sides.Right.Label, r.Settings.Sides.Left.Label = "Azules", "Verdes"
	scores := &Scores{Run: r}
	m := &madeUp{
		s:          r,
		prediction: &Prediction{run: r, scores: scores},
		preference: &Preference{run: r, Scores: scores},
		classifier: &Classifier{Run: r},
		copying:    &Copying{run: r},
		variety:    &Variety{run: r},
	}
	m.sounds = &Sounds{run: r, classifier: m.classifier}
	m.preference.ROC.AUC, m.classifier.Nameless.ROC.AUC = about(0.5, 0.4, 0.6), about(0.5, 0.4, 0.6)
	for _, area := range []*compare.ROC{&m.preference.ROC, &m.classifier.All.ROC, &m.classifier.Nameless.ROC} {
		area.Accuracy = about(0.5, 0.4, 0.6)
	}
	m.classifier.All.ROC.AUC = about(0.5, 0.4, 0.6)
	for _, side := range run.Sides {
		models := make([]compare.ModelPrediction, 3)
		for i := range models {
			models[i].Perplexity, models[i].BitsPerByte = about(30, 29, 31), about(2, 1.9, 2.1)
		}
		m.prediction.Sides[side] = compare.Prediction{Texts: 100, Models: models, Differences: []compare.PairedDifference{
			{First: ScoredBy(side), Second: ScoredBy(1 - side), BitsPerByte: about(0, -0.1, 0.1)},
			{First: ScoredBy(side), Second: ScoredBase, BitsPerByte: about(0, -0.1, 0.1)},
		}}
		m.classifier.Nameless.Recognised[side] = about(0.8, 0.75, 0.85)
		m.sounds.Sides[side].Nameless = SoundCount{Texts: 50, Own: 25, Within: &compare.Interval{Low: 0.4, High: 0.6}}
		for _, generated := range []bool{true, false} {
			group := CopyingGroup{Group: Group{side, generated}}
			for n := compare.ShortestGram; n <= compare.LongestGram; n++ {
				group.Grams = append(group.Grams, compare.GramShare{N: n, Grams: 100, Share: 0.2, Within: &compare.Interval{Low: 0.1, High: 0.3}})
			}
			varied := VarietyGroup{Group: Group{side, generated}}
			varied.Distinct = [2]compare.Measure{about(0.5, 0.4, 0.6), about(0.5, 0.4, 0.6)}
			varied.SelfBLEU = about(0.3, 0.2, 0.4)
			if generated {
				group.Equal = &compare.EqualLengths{Texts: 50, Written: about(0.1, 0, 0.2), Real: about(0.1, 0, 0.2), Difference: about(0, -0.1, 0.1)}
			}
			m.copying.Groups, m.variety.Groups = append(m.copying.Groups, group), append(m.variety.Groups, varied)
		}
	}
	return m
}

func (m *madeUp) summary() chart.Table {
	return summaryTable(m.s, m.prediction, m.preference, m.classifier, m.sounds, m.copying, m.variety)
}

// answers are the last cells of the summary's rows whose question has a word in it.
func (m *madeUp) answers(t *testing.T, word string) []string {
	t.Helper()
	var list []string
	for _, row := range m.summary().Rows {
		if question, asks := row[0].(string); asks && strings.Contains(question, word) {
			list = append(list, row[len(row)-1].(chart.Strong).Value.(string))
		}
	}
	return list
}

// note is a box's kind, title and text.
func note(t *testing.T, e chart.Element) chart.Note {
	t.Helper()
	n, is := e.(chart.Note)
	if !is {
		t.Fatalf("%T is no box", e)
	}
	return n
}

// Every box and the summary's row of the same question say what the figures do, on either
// side of each border: a box that warns has no row that is sure of the contrary.
func TestVerdictsFollowTheirFigures(t *testing.T) {
	const good, open, bad = chart.Done, chart.Info, chart.Warning
	grams := func(m *madeUp, side run.Side, generated bool) *compare.GramShare {
		for i, g := range m.copying.Groups {
			if g.Side == side && g.Generated == generated {
				return &m.copying.Groups[i].Grams[judgedGram-compare.ShortestGram]
			}
		}
		return nil
	}
	equal := func(m *madeUp, side run.Side) *compare.EqualLengths {
		written, _ := facing(m.copying.Groups, side)
		return written.Equal
	}
	varied := func(m *madeUp, side run.Side, generated bool) *VarietyGroup {
		for i, g := range m.variety.Groups {
			if g.Side == side && g.Generated == generated {
				return &m.variety.Groups[i]
			}
		}
		return nil
	}
	own := func(m *madeUp, side run.Side) *compare.Measure {
		return &m.prediction.Sides[side].Differences[0].BitsPerByte
	}
	predictions := func(m *madeUp) chart.Element { return m.prediction.Reading() }
	preferences := func(m *madeUp) chart.Element { return m.preference.Reading() }
	classifiers := func(m *madeUp) chart.Element { return m.classifier.Reading() }
	soundings := func(m *madeUp) chart.Element { return m.sounds.Reading() }
	copies := func(m *madeUp) chart.Element { return m.copying.Reading() }
	varieties := func(m *madeUp) chart.Element { return m.variety.Reading() }
	for name, c := range map[string]struct {
		set      func(m *madeUp)
		box      func(m *madeUp) chart.Element
		kind     chart.Kind
		title    string
		says     string // somewhere in the box
		question string
		answers  []string // for the right, and for the left or the only one
	}{
		"nothing is sure of prediction": {func(*madeUp) {}, predictions, bad, "No es seguro", "no se puede decir", "Predice", []string{unknown, unknown}},
		"one side alone is predicted better": {func(m *madeUp) { *own(m, run.Right) = about(-0.2, -0.3, -0.1) },
			predictions, bad, "No es seguro", "su propio modelo los predice mejor", "Predice", []string{yes, unknown}},
		"the other model predicts better": {func(m *madeUp) { *own(m, run.Left) = about(0.2, 0.1, 0.3) },
			predictions, bad, "No es seguro", "los predice mejor el modelo del otro lado", "Predice", []string{unknown, no}},
		"one model predicts all better": {func(m *madeUp) {
			*own(m, run.Right), *own(m, run.Left) = about(0.2, 0.1, 0.3), about(-0.2, -0.3, -0.1)
		}, predictions, bad, "No es seguro", "El modelo de «Verdes» predice mejor los tweets de ambos lados", "Predice", []string{no, yes}},
		"both are predicted better": {func(m *madeUp) {
			*own(m, run.Right), *own(m, run.Left) = about(-0.2, -0.3, -0.1), about(-0.2, -0.3, -0.001)
		},
			predictions, good, "Cada modelo predice mejor", "", "Predice", []string{yes, yes}},
		"the wider interval decides": {func(m *madeUp) {
			*own(m, run.Right), *own(m, run.Left) = about(-0.2, -0.3, -0.1), about(-0.2, -0.3, -0.1)
			own(m, run.Left).Accounts = &compare.Interval{Low: -0.5, High: 0.1}
		}, predictions, bad, "No es seguro", "sobre cuentas: [", "Predice", []string{yes, unknown}},
		"a narrower interval over accounts does not": {func(m *madeUp) {
			*own(m, run.Right), *own(m, run.Left) = about(-0.2, -0.3, -0.1), about(-0.2, -0.5, 0.1)
			own(m, run.Left).Accounts = &compare.Interval{Low: -0.3, High: -0.1}
		}, predictions, bad, "No es seguro", "sobre tweets: [", "Predice", []string{yes, unknown}},

		"too few tweets for an interval": {func(m *madeUp) {
			*own(m, run.Right), *own(m, run.Left) = about(-0.2, -0.3, -0.1), compare.Measure{Value: -0.2}
		}, predictions, bad, "No es seguro", "(sin intervalo: hay menos de 10 tweets); no se puede decir", "Predice", []string{yes, unknown}},

		"the models recognise no side": {func(*madeUp) {}, preferences, bad, "No se puede decir", "", "dos modelos", []string{unknown}},
		"the models recognise sides":   {func(m *madeUp) { m.preference.ROC.AUC = about(0.7, 0.51, 0.8) }, preferences, good, "reconocen el lado", "", "dos modelos", []string{yes}},
		"the models take sides for each other": {func(m *madeUp) { m.preference.ROC.AUC = about(0.3, 0.2, 0.49) },
			preferences, bad, "No se puede decir", "", "dos modelos", []string{no}},

		"words do not tell sides": {func(*madeUp) {}, classifiers, bad, "No se puede decir", "", "las palabras", []string{unknown}},
		"words tell sides":        {func(m *madeUp) { m.classifier.Nameless.ROC.AUC = about(0.7, 0.51, 0.8) }, classifiers, good, "Las palabras bastan", "", "las palabras", []string{yes}},

		"words tell sides, but as well groups of accounts by lot": {func(m *madeUp) {
			m.classifier.Nameless.ROC.AUC, m.classifier.Lot.Areas = about(0.7, 0.51, 0.8), []float64{0.6, 0.7}
		}, classifiers, bad, "más que a dos grupos de cuentas", "de 0,600 a 0,700 (2 repartos): no se puede decir", "sorteo", []string{unknown}},
		"words tell sides better than groups of accounts by lot": {func(m *madeUp) {
			m.classifier.Nameless.ROC.AUC, m.classifier.Lot.Areas = about(0.7, 0.51, 0.8), []float64{0.6, 0.69}
		}, classifiers, good, "Las palabras bastan", "los lados se distinguen más", "sorteo", []string{yes}},

		"texts sound like nobody": {func(*madeUp) {}, soundings, bad, "No es seguro", "reconocen menos", "Suenan", []string{unknown, unknown}},
		"texts of one side sound like it": {func(m *madeUp) { m.sounds.Sides[run.Left].Nameless.Within = &compare.Interval{Low: 0.51, High: 0.8} },
			soundings, bad, "No es seguro", "suenan a su lado más que al otro", "Suenan", []string{unknown, yes}},
		"texts sound like the other side": {func(m *madeUp) { m.sounds.Sides[run.Right].Nameless.Within = &compare.Interval{Low: 0.2, High: 0.49} },
			soundings, bad, "No es seguro", "suenan más al otro lado", "Suenan", []string{no, unknown}},
		"texts sound like their side, as much as real ones": {func(m *madeUp) {
			for _, side := range run.Sides {
				m.sounds.Sides[side].Nameless.Within = &compare.Interval{Low: 0.6, High: 0.8}
			}
		}, soundings, good, "suenan a su lado", "no se puede decir que difieran", "Suenan", []string{yes, yes}},

		"all texts sound like one side, whoever wrote them": {func(m *madeUp) {
			m.sounds.Sides[run.Right].Nameless = SoundCount{Texts: 50, Own: 5, Within: compare.Wilson(5, 50)}
			m.sounds.Sides[run.Left].Nameless = SoundCount{Texts: 50, Own: 45, Within: compare.Wilson(45, 50)}
		}, soundings, bad, "No es seguro", "no se puede decir que distinga", "Distingue", []string{unknown}},
		"texts of one model sound less like the other side than the other's do": {func(m *madeUp) {
			m.sounds.Sides[run.Right].Nameless = SoundCount{Texts: 50, Own: 20, Within: compare.Wilson(20, 50)}
			m.sounds.Sides[run.Left].Nameless = SoundCount{Texts: 50, Own: 45, Within: compare.Wilson(45, 50)}
		}, soundings, bad, "No es seguro", "distingue los de un modelo de los del otro.", "Distingue", []string{yes}},
		"no text of one model is decided": {func(m *madeUp) {
			m.sounds.Sides[run.Right].Nameless = SoundCount{Texts: 50, Own: 45, Within: compare.Wilson(45, 50)}
			m.sounds.Sides[run.Left].Nameless = SoundCount{Texts: 50, Undecided: 50}
		}, soundings, bad, "No es seguro", "de los del otro (diferencia: +90,0", "Distingue", []string{unknown}},
		"texts sound like the sides of the other models": {func(m *madeUp) {
			for _, side := range run.Sides {
				m.sounds.Sides[side].Nameless = SoundCount{Texts: 50, Own: 5, Within: compare.Wilson(5, 50)}
			}
		}, soundings, bad, "No es seguro", "los toma al revés", "Distingue", []string{no}},

		"no more copying is seen": {func(*madeUp) {}, copies, open, "No se ve que los modelos copien", "no se puede decir que difieran", "Copia", []string{unknown, unknown}},
		"more runs of words are copied": {func(m *madeUp) { grams(m, run.Right, true).Within = &compare.Interval{Low: 0.31, High: 0.5} },
			copies, bad, "Al menos un modelo copia", "los generados repiten más", "Copia", []string{yes, unknown}},
		"more whole tweets are copied, at equal lengths": {func(m *madeUp) { equal(m, run.Left).Difference = about(0.1, 0.01, 0.2) },
			copies, bad, "Al menos un modelo copia", "los generados lo son más", "Copia", []string{unknown, yes}},
		"fewer runs, but more whole tweets": {func(m *madeUp) {
			grams(m, run.Left, true).Within = &compare.Interval{Low: 0, High: 0.05}
			equal(m, run.Left).Difference = about(0.1, 0.01, 0.2)
		}, copies, bad, "Al menos un modelo copia", "los generados repiten menos", "Copia", []string{unknown, yes}},
		"fewer runs": {func(m *madeUp) { grams(m, run.Right, true).Within = &compare.Interval{Low: 0, High: 0.09} },
			copies, open, "No se ve", "los generados repiten menos", "Copia", []string{no, unknown}},
		"too few texts for an interval": {func(m *madeUp) { equal(m, run.Right).Difference.Within = nil },
			copies, open, "No se ve", "el intervalo de la diferencia incluye el 0 o falta", "Copia", []string{unknown, unknown}},
		"intervals that touch say nothing": {func(m *madeUp) { grams(m, run.Right, true).Within = &compare.Interval{Low: 0.3, High: 0.5} },
			copies, open, "No se ve", "no se puede decir", "Copia", []string{unknown, unknown}},

		"no more repetition is seen": {func(*madeUp) {}, varieties, open, "No se ve que los modelos se repitan", "", "Se repite el modelo", []string{unknown, unknown}},
		"fewer words are different": {func(m *madeUp) { varied(m, run.Right, true).Distinct[0] = about(0.2, 0.1, 0.39) },
			varieties, bad, "Al menos un modelo se repite", "los generados son menos variados", "Se repite el modelo", []string{yes, unknown}},
		"fewer pairs are different": {func(m *madeUp) { varied(m, run.Left, true).Distinct[1] = about(0.2, 0.1, 0.39) },
			varieties, bad, "Al menos un modelo se repite", "los generados son menos variados", "Se repite el modelo", []string{unknown, yes}},
		"texts are more alike": {func(m *madeUp) { varied(m, run.Left, true).SelfBLEU = about(0.6, 0.41, 0.7) },
			varieties, bad, "Al menos un modelo se repite", "los generados, más", "Se repite el modelo", []string{unknown, yes}},
		"more varied pairs, but texts more alike": {func(m *madeUp) {
			varied(m, run.Left, true).Distinct[1] = about(0.9, 0.8, 0.95)
			varied(m, run.Left, true).SelfBLEU = about(0.6, 0.41, 0.7)
		}, varieties, bad, "Al menos un modelo se repite", "los generados son más variados", "Se repite el modelo", []string{unknown, yes}},
		"more variety": {func(m *madeUp) { varied(m, run.Right, true).Distinct[1] = about(0.9, 0.8, 0.95) },
			varieties, open, "No se ve", "los generados son más variados", "Se repite el modelo", []string{no, unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMadeUp()
			c.set(m)
			box := note(t, c.box(m))
			if box.Kind != c.kind || !strings.Contains(box.Title, c.title) || !strings.Contains(box.Text, c.says) {
				t.Errorf("the box is of kind %v: %s\n%s", box.Kind, box.Title, box.Text)
			}
			if got := m.answers(t, c.question); strings.Join(got, "; ") != strings.Join(c.answers, "; ") {
				t.Errorf("the summary answers %q, want %q", got, c.answers)
			}
		})
	}
}

// Each figure that can decide an answer of the summary stands beside it.
func TestSummaryShowsWhatDecides(t *testing.T) {
	m := newMadeUp()
	for i, g := range m.variety.Groups {
		if g.Side == run.Left && g.Generated {
			m.variety.Groups[i].Distinct = [2]compare.Measure{about(0.21, 0.11, 0.31), about(0.22, 0.12, 0.32)}
			m.variety.Groups[i].SelfBLEU = about(0.77, 0.67, 0.87)
		}
	}
	for i, g := range m.copying.Groups {
		if g.Side == run.Left && g.Generated {
			m.copying.Groups[i].Grams[judgedGram-compare.ShortestGram] = compare.GramShare{N: judgedGram, Grams: 100, Share: 0.41, Within: &compare.Interval{Low: 0.35, High: 0.45}}
			m.copying.Groups[i].Equal.Written = about(0.42, 0.36, 0.46)
		}
	}
	shown := studytest.Texts(t, m.summary())
	for _, figure := range []string{"21,0 %", "[11,0; 31,0 %]", "22,0 %", "[12,0; 32,0 %]", "0,770", "[0,670; 0,870]", "41,0 %", "[35,0; 45,0 %]", "42,0 %", "[36,0; 46,0 %]"} {
		if !strings.Contains(shown, figure) {
			t.Errorf("the summary lacks %s:\n%s", figure, shown)
		}
	}
}

// A test of accounts that nothing was learnt from says something of the sides only if an
// interval over accounts does, however sure their tweets are, or if study.toml asks for these
// accounts alone.
func TestVerdictsOnUnreadAccounts(t *testing.T) {
	sure := func(split, resample string, accounts *compare.Interval) *madeUp {
		m := newMadeUp()
		m.s.Settings.Split, m.s.Settings.Resample = split, resample
		for _, side := range run.Sides {
			m.prediction.Sides[side].Differences[0].BitsPerByte = compare.Measure{Value: -0.2, Within: &compare.Interval{Low: -0.3, High: -0.1}, Accounts: accounts}
		}
		m.preference.ROC.AUC, m.classifier.Nameless.ROC.AUC = about(0.7, 0.6, 0.8), about(0.7, 0.6, 0.8)
		return m
	}
	wide := &compare.Interval{Low: -0.4, High: -0.05}
	for _, c := range []struct {
		split, resample string
		accounts        *compare.Interval
		predicts, areas string
	}{
		{run.SplitRandom, "", nil, yes, yes},
		{run.SplitAuthor, "", nil, unknown, unknown},
		{run.SplitAuthor, "", wide, yes, unknown},
		{run.SplitAuthor, run.OverTweets, nil, yes, yes},
		{run.SplitAuthor, run.OverAccounts, wide, yes, unknown},
	} {
		m := sure(c.split, c.resample, c.accounts)
		for word, want := range map[string]string{"Predice": c.predicts, "dos modelos": c.areas, "las palabras": c.areas} {
			for _, got := range m.answers(t, word) {
				if got != want {
					t.Errorf("%+v: the summary answers %q to «%s», want %q", c, got, word, want)
				}
			}
		}
		box := note(t, m.prediction.Reading())
		if (box.Kind == chart.Done) != (c.predicts == yes) || c.predicts == unknown && !strings.Contains(box.Text, "sin intervalo sobre cuentas: algún lado tiene menos de 10") {
			t.Errorf("%+v: %s\n%s", c, box.Title, box.Text)
		}
	}
}

// Where one model predicts everything better, the summary says what may be why.
func TestSummaryOfABetterModel(t *testing.T) {
	m := newMadeUp()
	const says = "de más texto"
	if note := m.summary().Note; strings.Contains(note, says) {
		t.Error(note)
	}
	m.prediction.Sides[run.Right].Differences[0].BitsPerByte = about(-0.2, -0.3, -0.1)
	m.prediction.Sides[run.Left].Differences[0].BitsPerByte = about(0.2, 0.1, 0.3)
	if note := m.summary().Note; !strings.Contains(note, says) {
		t.Error(note)
	}
}

// Where two blanks part tweets, measures of whole tweets say that they have none, whatever
// their figures would be.
func TestVerdictsWithoutWholeTweets(t *testing.T) {
	m := newMadeUp()
	m.s.Recipe.TwoBlanks = true
	for i := range m.copying.Groups {
		m.copying.Groups[i].Equal = nil
	}
	for i := range m.variety.Groups {
		if m.variety.Groups[i].Generated {
			m.variety.Groups[i].SelfBLEU = about(0.9, 0.8, 0.95)
		}
	}
	for _, box := range []chart.Element{m.sounds.Reading(), m.copying.Reading()} {
		if n := note(t, box); !strings.Contains(n.Text, modelling.NoWholeTweets) {
			t.Errorf("%s\n%s", n.Title, n.Text)
		}
	}
	if n := note(t, m.variety.Reading()); n.Kind != chart.Info || strings.Contains(n.Text, "self-BLEU") {
		t.Errorf("%s\n%s", n.Title, n.Text)
	}
	if shown := studytest.Texts(t, m.copying.Table(), m.copying.AtEqualLengths(), m.variety.Table(), m.sounds.Table()); strings.Contains(shown, "Copias exactas") ||
		strings.Contains(shown, "Palabras por tweet") || strings.Contains(shown, "Para comparar") || strings.Count(shown, modelling.NoWholeTweets) < 3 {
		t.Errorf("%s", shown)
	}
}

// The sides use other words only if more words differ than in every random deal.
func TestVerdictOfKeyness(t *testing.T) {
	k := &Keyness{run: newMadeUp().s, Chance: []int{1, 0, 2}}
	for differ := range 5 {
		k.Words = nil
		for i := range 10 {
			z := 0.5
			if i < differ {
				z = 2.5
			}
			k.Words = append(k.Words, compare.KeyWord{Word: "palabra", Counts: [2]int{5, 5}, Z: z})
		}
		if n := note(t, k.Reading()); (n.Kind == chart.Done) != (differ > 2) {
			t.Errorf("%d words differ, by chance at most 2: %s", differ, n.Title)
		}
	}
	k.Words, k.MinCount = nil, 10
	if n := note(t, k.Reading()); n.Kind != chart.Warning || !strings.Contains(n.Text, "10 veces o más") {
		t.Errorf("without words: %v %s\n%s", n.Kind, n.Title, n.Text)
	}
}

// Of a model of whose texts none is decided no share is shown, and none is kept.
func TestNoTextIsDecided(t *testing.T) {
	m := newMadeUp()
	m.s.Dir = t.TempDir()
	none := SoundCount{Prompt: "Hoy", Texts: 50, Undecided: 50}
	m.sounds.Sides[run.Right] = SideSounds{All: none, Nameless: none, Prompts: []SoundCount{none}}
	m.sounds.Sides[run.Left].All = m.sounds.Sides[run.Left].Nameless
	text := note(t, m.sounds.Reading()).Text
	if !strings.Contains(text, "De 50 textos del modelo de «Azules» ninguno tiene una palabra") || strings.Contains(text, "a su lado 0") {
		t.Errorf("%s", text)
	}
	for _, shown := range []string{studytest.Texts(t, m.sounds.Table()), studytest.Texts(t, m.summary()), studytest.Texts(t, m.sounds.Dots())} {
		for line := range strings.Lines(shown) {
			if strings.Contains(line, "Azules") && strings.Contains(line, " 0\u00a0%") {
				t.Errorf("a share of nothing is shown: %s", line)
			}
		}
	}
	if err := m.sounds.record(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	figures, err := run.Decoded[[]run.Figure](m.s.Path("figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if strings.Contains(f.ID, "sounds.derecha") {
			t.Errorf("a share of nothing is kept: %+v", f)
		}
	}
}

// Figures of a base that stands in for a published one are never taken for that one's: their
// names and what is said below them say so.
func TestStandInIsNamed(t *testing.T) {
	m := newMadeUp()
	m.s.Dir, m.s.Recipe.Name = t.TempDir(), "fair"
	standIn := modelling.StandIn{Base: "laptop", For: "x/gpt2", Why: "el publicado no está en este equipo"}
	words := &GeneratedWords{run: m.s, StandIn: standIn, Sides: []GeneratedUse{{}}}
	m.preference.Scores.StandIn, m.sounds.StandIn, m.copying.StandIn, m.variety.StandIn = standIn, standIn, standIn, standIn
	m.prediction.scores.StandIn = standIn
	for i := range m.sounds.Sides {
		m.sounds.Sides[i].All = m.sounds.Sides[i].Nameless
	}
	for _, recorded := range []error{
		m.prediction.record(t.Context(), "a"), m.preference.record(t.Context(), "a"), m.sounds.record(t.Context(), "a"),
		m.copying.record(t.Context(), "a"), m.variety.record(t.Context(), "a"), words.record(t.Context(), "a"),
	} {
		if recorded != nil {
			t.Fatal(recorded)
		}
	}
	figures, err := run.Decoded[[]run.Figure](m.s.Path("figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if !strings.HasPrefix(f.ID, "compare.fair.on.laptop.") {
			t.Errorf("a figure of the base that stands in is called %s", f.ID)
		}
	}
	page := playground.Page{Models: []playground.Model{{Weights: &int8.Weights{}}}}
	describe(m.s, &page, []*modelling.Trained{{StandIn: standIn}}, m.preference)
	if !slices.Contains(page.Facts, [2]string{"Modelo base", standIn.Note()}) {
		t.Errorf("the page to try the models does not say what stands in: %v", page.Facts)
	}
	for _, e := range []chart.Element{m.prediction.Table(), m.preference.Table(), m.sounds.Table(), m.copying.Table(), m.variety.Table(), words.Table()} {
		if shown := studytest.Texts(t, e); !strings.Contains(shown, "En lugar del modelo publicado x/gpt2") {
			t.Errorf("a table does not say what stands in:\n%s", shown)
		}
	}
}

// Of what there is only one the boxes speak so.
func TestOneOfEach(t *testing.T) {
	m := newMadeUp()
	one := compare.Likeness{Cosine: 0.5, Overlap: 0.5}
	v := &SideVectors{run: m.s, Passes: 1, Usage: compare.Usage{Texts: [2]int{1, 1}, Shuffles: 1, Shuffled: []compare.Likeness{one}, Words: []compare.WordUsage{{Word: "mar", Least: 1}}}}
	k := &Keyness{run: m.s, Chance: []int{1}}
	k.Texts, k.Tokens = [2]int{1, 1}, [2]int{1, 1}
	k.Words = []compare.KeyWord{{Word: "mar", Counts: [2]int{1, 1}, Z: 2}}
	use := GeneratedUse{Texts: 1, Prompts: 1, Words: k.Keyness, Real: k.Keyness}
	l := &Lean{run: m.s, Calibration: &Calibration{}, Words: compare.WordLeans{Words: 1, Compared: 1, Leaning: [2]int{1, 1}, Differing: [2]int{1, 1}, Ends: [2][]compare.WordLean{{{Word: "mar"}}}}}
	m.sounds.Sides[run.Right].Nameless = SoundCount{Texts: 2, Distinct: 1, Undecided: 1}
	m.prediction.Sides[run.Right].Texts = 1
	g := &GeneratedWords{run: m.s, Sides: []GeneratedUse{use}}
	shown := studytest.Texts(t, v.reading(), k.Reading(), g.Reading(), l.Reading(), m.sounds.Reading(), m.prediction.Reading()) + v.method() + k.method() + g.method(use)
	if wrong := regexp.MustCompile(`(^|[ (\n])1 (\p{L}*[aeo]s\b|\p{L}{2,}n\b)`).FindString(shown); wrong != "" {
		t.Errorf("a reader is shown %q:\n%s", wrong, shown)
	}
	for _, want := range []string{"en 1 reparto)", "1 pasada,", "1 palabra en 1 tweet de", "1 se inclina hacia", "1 frase inicial, que no se cuenta", "1 no tiene ninguna palabra conocida y queda sin decidir"} {
		if !strings.Contains(shown, want) {
			t.Errorf("a reader is not told %q:\n%s", want, shown)
		}
	}
}

// Whether the temperature mends anything is what the log loss says, and whether the models
// claim too much is what the temperature's interval says.
func TestVerdictOfCalibration(t *testing.T) {
	for name, c := range map[string]struct {
		loss, brier, scale compare.Measure
		kind               chart.Kind
		title, says        string
	}{
		"too sure, and mended":    {about(-0.2, -0.3, -0.1), about(-0.02, -0.03, -0.01), about(0.5, 0.4, 0.6), chart.Done, "se equivocan menos", "más seguros de lo que aciertan: la temperatura es 2,00 (intervalo de 95 % sobre tweets: [1,67; 2,50])"},
		"mended, but Brier's":     {about(-0.2, -0.3, -0.1), about(0, -0.01, 0.01), about(0.5, 0.4, 0.6), chart.Done, "se equivocan menos", "no se puede decir que cambie"},
		"nothing is sure":         {about(0, -0.1, 0.1), about(0, -0.01, 0.01), about(1, 0.9, 1.1), chart.Warning, "No se puede decir", "No se puede decir que los modelos exageren"},
		"not sure enough":         {about(-0.2, -0.3, -0.1), about(-0.02, -0.03, -0.01), about(2, 1.5, 2.5), chart.Done, "se equivocan menos", "se quedan cortos"},
		"worse":                   {about(0.2, 0.1, 0.3), about(0.02, 0.01, 0.03), about(0.5, 0.4, 0.6), chart.Warning, "empeora", "sube"},
		"the models know no side": {about(-0.2, -0.3, -0.1), about(-0.02, -0.03, -0.01), about(0, 0, 0.1), chart.Done, "se equivocan menos", "la temperatura es ∞"},
	} {
		r := newMadeUp().s
		m := &Calibration{run: r, scores: &Scores{Run: r}}
		m.LogLoss, m.Brier, m.Scale = c.loss, c.brier, c.scale
		m.After.Bins = []compare.CalibrationBin{{Predicted: 0.3, Observed: about(0.3, 0.2, 0.4)}, {Predicted: 0.5, Observed: about(0.3, 0.2, 0.4)}}
		box := note(t, m.Reading())
		if box.Kind != c.kind || !strings.Contains(box.Title, c.title) || !strings.Contains(box.Text, c.says) || !strings.Contains(box.Text, "De los 2 puntos de la curva con la temperatura, en 1 ") {
			t.Errorf("%s: %v %s\n%s", name, box.Kind, box.Title, box.Text)
		}
		m.After.Bins = m.After.Bins[:1]
		if box := note(t, m.Reading()); !strings.Contains(box.Text, "es un solo punto") || strings.Contains(box.Text, "De los 1 ") {
			t.Errorf("%s, of one point:\n%s", name, box.Text)
		}
	}
}

// Of 200 words 5 lean to a side by chance, and seldom more than 10.
func TestVerdictOfLean(t *testing.T) {
	r := newMadeUp().s
	for _, c := range []struct {
		leaning, differing [2]int
		kind               chart.Kind
		says               string
	}{
		{[2]int{10, 10}, [2]int{10, 0}, chart.Warning, "Que alguna delate por cómo se usa, y no solo por cuánto, no se puede decir"},
		{[2]int{3, 11}, [2]int{10, 10}, chart.Done, "no se puede decir"},
		{[2]int{11, 3}, [2]int{11, 0}, chart.Done, "delatan por cómo se usan"},
		{[2]int{10, 3}, [2]int{0, 11}, chart.Warning, "no se puede decir"},
		{[2]int{11, 3}, [2]int{20, 14}, chart.Done, "no se puede decir"}, // chance reaches as far the other way
		{[2]int{11, 3}, [2]int{23, 10}, chart.Done, "delatan por cómo se usan"},
	} {
		l := &Lean{run: r, Calibration: &Calibration{}, Words: compare.WordLeans{Words: 200, Compared: 200, Leaning: c.leaning, Differing: c.differing}}
		l.Calibration.Scale = about(0.1, 0, 0.2)
		if box := note(t, l.Reading()); box.Kind != chart.Warning || !strings.Contains(box.Text, "y de estos no se puede decir") {
			t.Errorf("%+v, of models that may know no side: %v %s\n%s", c, box.Kind, box.Title, box.Text)
		}
		l.Calibration.Scale = about(0.1, 0.01, 0.2)
		if box := note(t, l.Reading()); box.Kind != c.kind || !strings.Contains(box.Text, c.says) || !strings.Contains(box.Text, "unas 5 hacia cada lado y rara vez más de 10") {
			t.Errorf("%+v: %v %s\n%s", c, box.Kind, box.Title, box.Text)
		}
	}
}

// A text's verdict has its total and what became of test tweets like it, and is none where
// those may as well be of the other side.
func TestVerdictOfAText(t *testing.T) {
	r := newMadeUp().s
	c := &Calibration{run: r}
	c.Scale = about(0.5, 0.4, 0.6)
	c.After.Bins = []compare.CalibrationBin{
		{Texts: [2]int{1, 9}, Greatest: 0.2, Observed: about(0.1, 0.05, 0.15)},
		{Texts: [2]int{6, 4}, Greatest: 0.7, Observed: about(0.6, 0.49, 0.7)},
		{Texts: [2]int{9, 1}, Greatest: 0.95, Observed: about(0.9, 0.8, 0.97)},
	}
	l := &Lean{run: r, Calibration: c}
	for raw, want := range map[float64]string{
		// 2 bits are odds of 4 to 1; ±40 of a million and more.
		4:   "Total: +2,0 bits (+0,020 por byte; sin calibrar, +4,0). Probabilidad de ser de «Azules» y no de «Verdes»: 80,0\u00a0%. En la prueba, con una parecida (10 tweets): 90,0\u00a0% [80,0; 97,0\u00a0%].",
		2:   "Total: +1,0 bits (+0,010 por byte; sin calibrar, +2,0). Probabilidad de ser de «Azules» y no de «Verdes»: 66,7\u00a0%. En la prueba, con una parecida (10 tweets): 60,0\u00a0% [49,0; 70,0\u00a0%], así que no se puede decir de cuál es.",
		-80: "Total: −40,0 bits (−0,400 por byte; sin calibrar, −80,0). Probabilidad de ser de «Verdes» y no de «Azules»: más de 99,9\u00a0%. En la prueba, con una parecida (10 tweets): 90,0\u00a0% [85,0; 95,0\u00a0%].",
		80:  "Total: +40,0 bits (+0,400 por byte; sin calibrar, +80,0). Probabilidad de ser de «Azules» y no de «Verdes»: más de 99,9\u00a0%. En la prueba, con una parecida (10 tweets): 90,0\u00a0% [80,0; 97,0\u00a0%].",
		-2:  "Total: −1,0 bits (−0,010 por byte; sin calibrar, −2,0). Probabilidad de ser de «Verdes» y no de «Azules»: 66,7\u00a0%. En la prueba, con una parecida (10 tweets): 40,0\u00a0% [30,0; 51,0\u00a0%], así que no se puede decir de cuál es.",
	} {
		if got := l.verdict(raw, 100); got != want {
			t.Errorf("%v bits:\n%s\nwant\n%s", raw, got, want)
		}
	}
}
