package comparing

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/playground"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// Versions are raised when the page, or what it says of rounding, becomes another of the
// same models.
const (
	playgroundVersion = 2
	roundingVersion   = 1
)

// PlaygroundOptions say what page [PlaygroundOf] makes; the zero value is sensible.
type PlaygroundOptions struct {
	// MostMB is how large a page may be, in millions of bytes, to be made; 0 is 15, what
	// still goes by mail.
	MostMB float64
	// Names shows the accounts that models name in what they write. Without it they are
	// hidden, but in an invented corpus.
	Names bool
}

// Arguments are the options as a worker is given them.
func (o PlaygroundOptions) Arguments() []string {
	return []string{strconv.FormatFloat(o.MostMB, 'g', -1, 64), strconv.FormatBool(o.Names)}
}

// ReadPlaygroundOptions are those of arguments.
func ReadPlaygroundOptions(arguments []string) (o PlaygroundOptions, err error) {
	if len(arguments) == 0 {
		return o, nil
	}
	if len(arguments) != 2 {
		return o, fmt.Errorf("playground toma dos argumentos, MostMB y Names, y no %d", len(arguments))
	}
	if o.MostMB, err = strconv.ParseFloat(arguments[0], 64); err == nil {
		o.Names, err = strconv.ParseBool(arguments[1])
	}
	return o, err
}

// PlaygroundFile is where the page lies in the run folder.
const PlaygroundFile = "probar.html"

// Playground is the page in which a reader tries the models.
type Playground struct {
	MB   float64 // its size, or what it would be
	Made bool    // else the models are too large for it

	limit float64
	run   *run.Run
	step  run.Record
}

// PlaygroundOf makes a page that runs the sides' models and the base: see package
// playground. It is not made of models that are too large.
func PlaygroundOf(ctx context.Context, r *run.Run, o PlaygroundOptions) (*Playground, error) {
	mostMB, hide := cmp.Or(o.MostMB, 15), !o.Names && !r.Settings.Synthetic
	base, err := modelling.Base(ctx, r)
	if err != nil {
		return nil, err
	}
	config, err := base.Config()
	if err != nil {
		return nil, err
	}
	p := &Playground{run: r, limit: mostMB, MB: pageMB(config, 1+len(run.Sides))}
	if p.MB > mostMB {
		if r.Redo == nil { // else steps are only asked about
			err = home.Remove(r.Path(PlaygroundFile)) // of smaller models
		}
		return p, err
	}
	l, err := LeanOf(ctx, r)
	if err != nil {
		return nil, err
	}
	preference, err := PreferenceOf(ctx, r)
	if err != nil {
		return nil, err
	}
	var models []*modelling.Trained
	inputs := []any{
		l.Record.Fingerprint, preference.Record.Fingerprint, runtime.Version(), hide, r.Name, r.Settings.Title, r.Settings.Language,
		r.Settings.Synthetic, r.Settings.DateText(), r.Settings.MinTokens, r.Settings.Resample, r.SplitName(), r.Label(run.Right), r.Label(run.Left),
		r.Recipe.Name, r.Recipe.Title, r.Recipe.Seed, r.Recipe.Generation, r.Recipe.Generation.Given(r.Settings.Prompts),
	}
	for _, side := range run.Sides {
		trained, err := modelling.FineTune(ctx, r, side)
		if err != nil {
			return nil, err
		}
		models = append(models, trained)
	}
	models = append(models, base)
	rounding, err := rounding(ctx, r, models, l.Scores)
	if err != nil {
		return nil, err
	}
	p.step, err = r.Do(ctx, run.Step{
		Name: "playground", Version: playgroundVersion, Inputs: inputs, Artifacts: []string{PlaygroundFile},
	}, func() error { return writePlayground(ctx, r, models, l, preference, rounding, hide) })
	if err != nil {
		return nil, err
	}
	p.Made = true
	if info, err := os.Stat(r.Path(PlaygroundFile)); err == nil { // absent where steps are only asked about
		p.MB = float64(info.Size()) / 1e6
	}
	return p, nil
}

// programMB is about what the program is of a page.
const programMB = 2

// pageMB is about how large a page with so many models of a configuration is: a byte a
// weight, in base64.
func pageMB(c config.GPT2, models int) float64 {
	return programMB + float64(models)*float64(c.Count())*4/3/1e6
}

// roundingTweets is how many test tweets of each side say what rounding changes.
const roundingTweets = 200

// rounding measures what weights in int8 change of each model's predictions.
func rounding(ctx context.Context, r *run.Run, models []*modelling.Trained, scores *Scores) ([]compare.Rounding, error) {
	path := filepath.Join("compare", r.Recipe.Name, "rounding.json")
	list, _, err := run.Cached(ctx, r, run.Step{
		Name: "rounding-" + r.Recipe.Name, Version: roundingVersion, Inputs: []any{scores.Record.Fingerprint}, Artifacts: []string{path},
	}, func() (list []compare.Rounding, err error) {
		var texts []string
		for _, side := range run.Sides {
			for _, i := range draw(r, len(scores.Sides[side]), roundingTweets) {
				texts = append(texts, scores.Sides[side][i].Text)
			}
		}
		track, err := r.EngineTrack("Midiendo qué cambia al redondear los modelos", "modelos", int64(len(models)))
		if err != nil {
			return nil, err
		}
		for i, trained := range models {
			var rounding compare.Rounding
			var reader task.Model
			if reader, err = modelling.TaskModel(r, trained); err != nil {
				break
			}
			if rounding, err = r.Maker.Rounding(ctx, reader, texts); err != nil {
				break
			}
			list = append(list, rounding)
			run.LogUnshown(track.Set(int64(i+1), int64(len(models)), trained.Title))
		}
		run.LogUnshown(track.Close(err))
		return list, err
	})
	if err != nil {
		return nil, err
	}
	var figures []run.Figure
	for i, rounding := range list {
		id := "playground." + r.Recipe.Name + "." + models[i].Name + "."
		figures = append(figures,
			run.Figure{ID: id + "same_likeliest", Value: rounding.SameLikeliest, Unit: "share of tokens", N: rounding.Tokens, Seed: r.Recipe.Seed, Source: path},
			run.Figure{ID: id + "bits_per_byte_change", Value: rounding.Int8 - rounding.Float32, Unit: "bits per byte", N: rounding.Texts, Seed: r.Recipe.Seed, Source: path})
	}
	return list, r.RecordFigures("rounding-"+r.Recipe.Name, figures...)
}

// playgroundStream sets these random numbers apart from all others of the seed.
const playgroundStream = 0x70726f626172 // "probar"

// draw draws at most so many places of n, in their order.
func draw(r *run.Run, n, most int) []int {
	places := rand.New(rand.NewPCG(r.Recipe.Seed, playgroundStream)).Perm(n)[:min(n, most)]
	slices.Sort(places)
	return places
}

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
			page.Before.Blanks = modelling.Between
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
		{"Reparto", r.SplitName() + "." + r.SameAuthors()},
		{"Receta", r.Recipe.Name + ": " + r.Recipe.Title},
		{"Modelos", fmt.Sprintf("GPT-2 de %d capas, ancho %d, vocabulario de %s: %s parámetros cada uno", c.NLayer, c.NEmbd, chart.Integer(c.VocabSize), chart.Integer(c.Count()))},
		{"Semilla", fmt.Sprint(r.Recipe.Seed)},
		{"Motor del entrenamiento", cmp.Or(models[0].Record.Engine, "el de la corrida")},
	}
	auc, accuracy := preference.ROC.AUC, preference.ROC.Accuracy
	facts = append(facts,
		[2]string{"¿Reconocen el lado?", fmt.Sprintf("De un tweet de prueba de cada lado, en el %s de los casos el de %s sale más a %s (intervalo de 95 %% sobre %s: %s)",
			chart.Percent(auc.Value, 1), r.Named(run.Right), r.Named(run.Right), drawnOver(r, auc), intervalText(judged(r, auc), 1, true))},
		[2]string{"Aciertos", fmt.Sprintf("%s de %s tweets de prueba (%s)", chart.Percent(accuracy.Value, 1),
			chart.Integer(preference.ROC.Positives+preference.ROC.Negatives), intervalText(judged(r, accuracy), 1, true))})
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

// Note says where the page is, or why there is none.
func (p *Playground) Note() chart.Element {
	r := p.run
	if !p.Made {
		return chart.Note{Kind: chart.Info, Title: "Sin página para probar los modelos", Text: fmt.Sprintf(
			"Con estos modelos pesaría unos %s MB, y aquí se hace hasta %s MB, lo que todavía va por correo. Para hacerla igual, dé otro MostMB a Playground.\n%s",
			chart.Number(p.MB, 0), chart.Number(p.limit, 0), r.Source(""))}
	}
	return chart.Note{Kind: chart.Done, Title: "La página para probar los modelos está en runs/" + r.Name + "/" + PlaygroundFile, Text: fmt.Sprintf(
		"Pesa %s MB y no necesita nada más: ábrala con un navegador, o mándela por correo. scripts/run la deja también entre los informes, como %s-%s.\n%s",
		chart.Number(p.MB, 1), r.Name, PlaygroundFile, r.Source(p.step.String()))}
}
