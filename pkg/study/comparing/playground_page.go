package comparing

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/playground"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

func writePlayground(ctx context.Context, r *run.Run, models []*modelling.Trained, l *Lean, preference *Preference, rounding []compare.Rounding, hide bool) error {
	program, err := playground.Build(ctx)
	if err != nil {
		return err
	}
	page := playground.Page{
		Title: r.Settings.Title, Language: r.Settings.Language, Synthetic: r.Settings.Synthetic,
		Settings: firstSettings(r), Beginnings: r.Recipe.Generation.Given(r.Settings.Prompts),
		Judgement: judgement(r, l), HideNames: hide,
	}
	for i, trained := range models {
		shape, tokenizer, err := trained.Read()
		if err != nil {
			return err
		}
		encoding, err := modelling.Encoding(r, shape, tokenizer)
		if err != nil {
			return err
		}
		weights, err := r.Maker.Round(trained.Folder())
		if err != nil {
			return err
		}
		m := playground.Model{Name: playground.Base, Title: "Modelo base, antes de afinarlo", Weights: weights}
		if i < len(run.Sides) {
			m.Name, m.Label, m.Title = trained.Name, r.Label(run.Sides[i]), "Modelo de "+r.Named(run.Sides[i])
		}
		page.Models = append(page.Models, m)
		page.Tokenizer, page.Before = tokenizer, model.Before{Opening: encoding.Opening()}
		if r.Recipe.TwoBlanks {
			page.Before.Blanks = corpus.TwoBlanks
		}
		page.Rounding = append(page.Rounding, roundingText(m.Title, rounding[i]))
	}
	describe(r, &page, models, preference)
	return home.WriteFile(r.Path(PlaygroundFile), func(w io.Writer) error { return page.Write(w, program) })
}

// firstSettings are the recipe's as far as texts are drawn without beams.
func firstSettings(r *run.Run) model.Settings {
	g := r.Recipe.Generation
	return model.Settings{
		Sample: true, Temperature: cmp.Or(g.Temperature, 1), TopK: g.TopK, TopP: cmp.Or(g.TopP, 1), TypicalP: cmp.Or(g.TypicalP, 1),
		RepetitionPenalty: cmp.Or(g.RepetitionPenalty, 1), NoRepeatNgramSize: g.NoRepeatNgramSize,
		MaxNewTokens: cmp.Or(g.MaxNewTokens, 100), MinNewTokens: cmp.Or(g.MinNewTokens, 1), Seed: r.Recipe.Seed,
	}
}

// judgement is how the report judges leans, and of what texts that says little.
func judgement(r *run.Run, l *Lean) playground.Judgement {
	c := l.Calibration
	j := playground.Judgement{Scale: c.Scale.Value, Strongest: l.Limit, Shortest: r.Settings.MinTokens + 1}
	for _, b := range c.After.Bins {
		bin := playground.Bin{Greatest: b.Greatest, N: b.Texts[run.Right] + b.Texts[run.Left], Share: b.Observed.Value, High: 1}
		if within := judged(r, b.Observed); within != nil {
			bin.Low, bin.High = within.Low, within.High
		}
		j.Bins = append(j.Bins, bin)
	}
	var perByte []float64
	for _, side := range run.Sides {
		for _, t := range l.Scores.Sides[side] {
			if of := t.Scores[ScoredBase]; of.Bytes > 0 {
				perByte = append(perByte, of.NLL/math.Ln2/float64(of.Bytes))
			}
		}
	}
	slices.Sort(perByte)
	j.Unlike = perByte[(len(perByte)-1)*95/100]
	return j
}

// describe says on the page what it is of, and how to cite it.
func describe(r *run.Run, page *playground.Page, models []*modelling.Trained, preference *Preference) {
	c := page.Models[0].Weights.Config
	corpus := r.Settings.Title
	if r.Settings.Synthetic {
		corpus += ": personas, partidos y textos inventados"
	}
	facts := [][2]string{
		{"Corpus", corpus},
		{"Fechas", cmp.Or(r.Settings.DateText(), "todas las del corpus")},
		{"Reparto", r.SplitName() + ". " + r.SameAuthors()},
		{"Receta", r.Recipe.Name + ": " + r.Recipe.Title},
		{"Modelos", fmt.Sprintf("GPT-2 de %d capas, ancho %d, vocabulario de %s: %s parámetros cada uno", c.NLayer, c.NEmbd, chart.Integer(c.VocabSize), chart.Integer(c.Count()))},
		{"Semilla", fmt.Sprint(r.Recipe.Seed)},
		{"Motor del entrenamiento", cmp.Or(models[0].Record.Engine, "el de la corrida")},
	}
	if standIn := models[0].StandIn.Note(); standIn != "" {
		facts = append(facts, [2]string{"Modelo base", standIn})
	}
	auc, accuracy := preference.ROC.AUC, preference.ROC.Accuracy
	facts = append(facts,
		[2]string{"¿Reconocen el lado?", fmt.Sprintf("De un tweet de prueba de cada lado, en el %s de los casos el de %s sale más a %s (%s)",
			chart.Percent(auc.Value, 1), r.Named(run.Right), r.Named(run.Right), decisive(r, auc, 1, true))},
		[2]string{"Aciertos", fmt.Sprintf("%s de %s tweets de prueba (%s)", chart.Percent(accuracy.Value, 1),
			chart.Integer(preference.ROC.Positives+preference.ROC.Negatives), intervalText(conclusive(r, accuracy), 1, true))})
	page.Facts = facts
	synthetic := ""
	if r.Settings.Synthetic {
		synthetic = ", sintético"
	}
	page.Citation = fmt.Sprintf("Hemiciclo, página para probar los modelos de la corrida «%s»: corpus «%s»%s, receta %s, semilla %d. Sus textos los escribe un programa.",
		r.Name, r.Settings.Title, synthetic, r.Recipe.Name, r.Recipe.Seed)
}

// roundingText says what rounding changed of a model.
func roundingText(title string, r compare.Rounding) string {
	return fmt.Sprintf("%s: en %s tweets de prueba el token más probable sigue siendo el mismo en el %s de %s lugares; los bits por byte pasan de %s a %s.",
		title, chart.Integer(r.Texts), chart.Percent(r.SameLikeliest, 1), chart.Integer(r.Tokens), chart.Number(r.Float32, 4), chart.Number(r.Int8, 4))
}
