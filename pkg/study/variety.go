package study

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// varietyVersion is raised when variety is measured otherwise.
const varietyVersion = 4

// Variety is how varied the generated texts are, beside real ones.
type Variety struct {
	Groups []VarietyGroup

	study *Study
	made  stepRecord
}

// VarietyGroup is one side's generated texts or test tweets.
type VarietyGroup struct {
	Side      Side `json:"side"`
	Generated bool `json:"generated"`
	compare.Variety
}

// Variety measures the tweets that models wrote and the test tweets of both sides,
// all on the same amount of text.
func (s *Study) Variety(ctx context.Context) (*Variety, error) {
	generated, err := s.Generate(ctx)
	if err != nil {
		return nil, err
	}
	inputs := []any{generated.Texts, s.Recipe.Seed}
	var groups []VarietyGroup
	var texts [][]compare.Written
	for _, side := range Sides {
		set, err := s.DataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, set.made.Fingerprint)
		var written, real []compare.Written
		for _, t := range generated.Texts[side] {
			written = append(written, t.written()...)
		}
		for text := range cleanTexts(set.TestTweets) {
			real = append(real, compare.Written{Text: text})
		}
		groups = append(groups, VarietyGroup{Side: side, Generated: true}, VarietyGroup{Side: side})
		texts = append(texts, written, real)
	}
	v := &Variety{study: s}
	path := filepath.Join("compare", s.Recipe.Name, "variety.json")
	v.made, err = s.run(step{
		Name: "variety-" + s.Recipe.Name, Version: varietyVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() error {
		if err := vary(groups, texts, s.Recipe.Seed); err != nil {
			return err
		}
		return writeJSON(s.path(path), groups)
	})
	if err != nil {
		return nil, err
	}
	if err := readJSON(s.path(path), &v.Groups); err != nil {
		return nil, err
	}
	return v, v.record(path)
}

// vary fills the groups, in two rounds: the first finds how much text there is in
// the smallest.
func vary(groups []VarietyGroup, texts [][]compare.Written, seed uint64) error {
	o := compare.VarietyOptions{Seed: seed}
	for round := range 2 {
		for i := range groups {
			v, err := compare.VarietyOf(texts[i], o)
			if err != nil {
				return err
			}
			groups[i].Variety = v
		}
		if round == 0 {
			o.Words, o.Texts = groups[0].Words, groups[0].Texts
			for _, g := range groups {
				o.Words, o.Texts = min(o.Words, g.Words), min(o.Texts, g.Texts)
			}
		}
	}
	return nil
}

// record keeps the measures in figures.json.
func (v *Variety) record(source string) error {
	s := v.study
	var figures []Figure
	for _, g := range v.Groups {
		kind := "test."
		if g.Generated {
			kind = "generated."
		}
		id := "compare." + s.Recipe.Name + ".variety." + kind + g.Side.Folder() + "."
		figure := func(name, unit string, m compare.Measure, n int) Figure {
			return Figure{ID: id + name, Value: m.Value, Unit: unit, N: n, Seed: s.Recipe.Seed, Source: source}.within(m.Within)
		}
		figures = append(figures,
			figure("distinct-1", fmt.Sprintf("share of %d words", g.Sampled.Words.Size), g.Distinct[0], g.Sampled.Words.Texts),
			figure("distinct-2", fmt.Sprintf("share of pairs in %d words", g.Sampled.Words.Size), g.Distinct[1], g.Sampled.Words.Texts),
			figure("self-bleu", fmt.Sprintf("BLEU-4 among %d texts", g.Sampled.Texts.Size), g.SelfBLEU, g.Sampled.Texts.Texts),
			figure("length", "words", g.Length, g.Texts),
			figure("hashtags", "share of words", g.Hashtags, g.Texts),
			figure("mentions", "share of words", g.Mentions, g.Texts),
			figure("emoji", "share of words", g.Emoji, g.Texts))
	}
	return s.record(figures...)
}

// Table shows the measures, generated beside real.
func (v *Variety) Table() chart.Element {
	s := v.study
	table := chart.Table{
		Caption: "Variedad de los textos: generados y reales",
		Columns: []chart.Column{{Name: ""}},
		Note: s.source(fmt.Sprintf("Entre corchetes, intervalos de 95 %%: bootstrap sobre tweets y, en las tres medidas de repetición, jackknife, que deja fuera un tweet a la vez: volver a sortear tweets los repite, y repetir es lo que se mide. Donde no hay ninguna palabra de una clase, el de Wilson. Esas tres son promedios de muestras sin tweets en común y del mismo tamaño en todas las columnas: %s palabras, y %s tweets para self-BLEU. De los generados no se cuenta la frase inicial (salvo en la longitud) ni el último tweet cortado por el límite, lo que deja fuera más tweets largos que cortos. Receta %s, semilla %d. %s",
			chart.Integer(v.Groups[0].Sampled.Words.Size), chart.Integer(v.Groups[0].Sampled.Texts.Size), s.Recipe.Name, s.Recipe.Seed, v.made)),
	}
	rows := []struct {
		name string
		cell func(g VarietyGroup) string
	}{
		{"Tweets", func(g VarietyGroup) string { return chart.Integer(g.Texts) }},
		{"Palabras", func(g VarietyGroup) string { return chart.Integer(g.Words) }},
		{"Palabras distintas (distinct-1)", func(g VarietyGroup) string { return measureText(g.Distinct[0]) }},
		{"Pares distintos (distinct-2)", func(g VarietyGroup) string { return measureText(g.Distinct[1]) }},
		{"Parecido entre sí (self-BLEU)", func(g VarietyGroup) string {
			return chart.Number(g.SelfBLEU.Value, 3) + "\n" + intervalText(g.SelfBLEU.Within, 3, false)
		}},
		{"Palabras por tweet", func(g VarietyGroup) string {
			return chart.Number(g.Length.Value, 1) + "\n" + intervalText(g.Length.Within, 1, false)
		}},
		{"Hashtags", func(g VarietyGroup) string { return measureText(g.Hashtags) }},
		{"Menciones", func(g VarietyGroup) string { return measureText(g.Mentions) }},
		{"Con emoji", func(g VarietyGroup) string { return measureText(g.Emoji) }},
	}
	for _, g := range v.Groups {
		name := "Reales, " + s.lower(g.Side)
		if g.Generated {
			name = "Generados, " + s.lower(g.Side)
		}
		table.Columns = append(table.Columns, chart.Column{Name: name, Align: chart.AlignRight})
	}
	for _, row := range rows {
		cells := []any{row.name}
		for _, g := range v.Groups {
			cells = append(cells, row.cell(g))
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

// repeats are a side's measures by generated and by real texts, and whether the models
// surely repeat themselves more than real tweets do (1) or less (−1): the intervals of
// the pairs of words that differ do not meet.
func (v *Variety) repeats(side Side) (written, real VarietyGroup, more int) {
	for _, g := range v.Groups {
		switch {
		case g.Side == side && g.Generated:
			written = g
		case g.Side == side:
			real = g
		}
	}
	return written, real, apart(real.Distinct[1].Within, written.Distinct[1].Within)
}

// Reading says whether the models repeat themselves more than real tweets do.
func (v *Variety) Reading() chart.Element {
	s := v.study
	var lines []string
	kind, title := chart.Done, "No se ve que los modelos se repitan más que los tweets reales"
	for _, side := range Sides {
		written, real, more := v.repeats(side)
		verdict := "los intervalos se cruzan o faltan: no se puede decir que difieran"
		switch more {
		case 1:
			kind, title = chart.Warning, "Al menos un modelo se repite más que los tweets reales"
			verdict = "los generados son menos variados"
		case -1:
			verdict = "los generados son más variados"
		}
		lines = append(lines, fmt.Sprintf("%s: en %s palabras, son distintos %s de los pares generados y %s de los reales; %s.",
			s.Label(side), chart.Integer(written.Sampled.Words.Size), oneLine(measureText(written.Distinct[1])), oneLine(measureText(real.Distinct[1])), verdict))
	}
	lines = append(lines, "Los generados parten todos de unas pocas frases; con otras, o con otra semilla, serían otros. El intervalo los toma por independientes, y así sale algo angosto.")
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") + "\n" + s.source("")}
}

// measureText is a share of the words with its interval.
func measureText(m compare.Measure) string {
	return chart.Percent(m.Value, 1) + "\n" + intervalText(m.Within, 1, true)
}
