package study

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
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// Versions are raised when the page, or what it says of rounding, becomes another of the
// same models.
const (
	playgroundVersion = 2
	roundingVersion   = 1
)

// PlaygroundOptions say what page [Study.Playground] makes; the zero value is sensible.
type PlaygroundOptions struct {
	// MostMB is how large a page may be, in millions of bytes, to be made; 0 is 15, what
	// still goes by mail.
	MostMB float64
	// Names shows the accounts that models name in what they write. Without it they are
	// hidden, but in an invented corpus.
	Names bool
}

// arguments are the options as a worker is given them.
func (o PlaygroundOptions) arguments() []string {
	return []string{strconv.FormatFloat(o.MostMB, 'g', -1, 64), strconv.FormatBool(o.Names)}
}

// playgroundOptions are those of arguments.
func playgroundOptions(arguments []string) (o PlaygroundOptions, err error) {
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

// playgroundFile is where the page lies in the run folder.
const playgroundFile = "probar.html"

// Playground is the page in which a reader tries the models.
type Playground struct {
	MB   float64 // its size, or what it would be
	Made bool    // else the models are too large for it

	limit float64
	study *Study
	made  stepRecord
}

func (s *Study) playground(ctx context.Context, o PlaygroundOptions) (*Playground, error) {
	mostMB, hide := cmp.Or(o.MostMB, 15), !o.Names && !s.Settings.Synthetic
	base, err := s.base(ctx)
	if err != nil {
		return nil, err
	}
	config, err := base.config()
	if err != nil {
		return nil, err
	}
	p := &Playground{study: s, limit: mostMB, MB: pageMB(config, 1+len(Sides))}
	if p.MB > mostMB {
		if s.redo == nil { // else steps are only asked about
			err = home.Remove(s.path(playgroundFile)) // of smaller models
		}
		return p, err
	}
	l, err := s.lean(ctx)
	if err != nil {
		return nil, err
	}
	preference, err := s.preference(ctx)
	if err != nil {
		return nil, err
	}
	var models []*Trained
	inputs := []any{
		l.made.Fingerprint, preference.made.Fingerprint, runtime.Version(), hide, s.Name, s.Settings.Title, s.Settings.Language,
		s.Settings.Synthetic, s.Settings.dateText(), s.Settings.MinTokens, s.Settings.Resample, s.splitName(), s.Label(Right), s.Label(Left),
		s.Recipe.Name, s.Recipe.Title, s.Recipe.Seed, s.Recipe.Generation, s.Recipe.Generation.given(s.Settings.Prompts),
	}
	for _, side := range Sides {
		trained, err := s.fineTune(ctx, side)
		if err != nil {
			return nil, err
		}
		models = append(models, trained)
	}
	models = append(models, base)
	rounding, err := s.rounding(ctx, models, l.scores)
	if err != nil {
		return nil, err
	}
	p.made, err = s.run(ctx, step{
		Name: "playground", Version: playgroundVersion, Inputs: inputs, Artifacts: []string{playgroundFile},
	}, func() error { return s.writePlayground(ctx, models, l, preference, rounding, hide) })
	if err != nil {
		return nil, err
	}
	p.Made = true
	if info, err := os.Stat(s.path(playgroundFile)); err == nil { // absent where steps are only asked about
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
func (s *Study) rounding(ctx context.Context, models []*Trained, scores *Scores) ([]compare.Rounding, error) {
	path := filepath.Join("compare", s.Recipe.Name, "rounding.json")
	list, _, err := cached(ctx, s, step{
		Name: "rounding-" + s.Recipe.Name, Version: roundingVersion, Inputs: []any{scores.made.Fingerprint}, Artifacts: []string{path},
	}, func() (list []compare.Rounding, err error) {
		var texts []string
		for _, side := range Sides {
			for _, i := range s.draw(len(scores.Sides[side]), roundingTweets) {
				texts = append(texts, scores.Sides[side][i].Text)
			}
		}
		track, err := s.engineTrack("Midiendo qué cambia al redondear los modelos", "modelos", int64(len(models)))
		if err != nil {
			return nil, err
		}
		for i, trained := range models {
			var r compare.Rounding
			var reader task.Model
			if reader, err = s.reader(trained); err != nil {
				break
			}
			if r, err = s.maker.Rounding(ctx, reader, texts); err != nil {
				break
			}
			list = append(list, r)
			showing(track.Set(int64(i+1), int64(len(models)), trained.title))
		}
		showing(track.Close(err))
		return list, err
	})
	if err != nil {
		return nil, err
	}
	var figures []Figure
	for i, r := range list {
		id := "playground." + s.Recipe.Name + "." + models[i].Name + "."
		figures = append(figures,
			Figure{ID: id + "same_likeliest", Value: r.SameLikeliest, Unit: "share of tokens", N: r.Tokens, Seed: s.Recipe.Seed, Source: path},
			Figure{ID: id + "bits_per_byte_change", Value: r.Int8 - r.Float32, Unit: "bits per byte", N: r.Texts, Seed: s.Recipe.Seed, Source: path})
	}
	return list, s.record("rounding-"+s.Recipe.Name, figures...)
}

// playgroundStream sets these random numbers apart from all others of the seed.
const playgroundStream = 0x70726f626172 // "probar"

// draw draws at most so many places of n, in their order.
func (s *Study) draw(n, most int) []int {
	places := rand.New(rand.NewPCG(s.Recipe.Seed, playgroundStream)).Perm(n)[:min(n, most)]
	slices.Sort(places)
	return places
}

func (s *Study) writePlayground(ctx context.Context, models []*Trained, l *Lean, preference *Preference, rounding []compare.Rounding, hide bool) error {
	program, err := playground.Build(ctx)
	if err != nil {
		return err
	}
	page := playground.Page{
		Title: s.Settings.Title, Language: s.Settings.Language, Synthetic: s.Settings.Synthetic,
		Settings: s.firstSettings(), Beginnings: s.Recipe.Generation.given(s.Settings.Prompts),
		Judgement: s.judgement(l), HideNames: hide,
	}
	for i, trained := range models {
		shape, tokenizer, err := trained.read()
		if err != nil {
			return err
		}
		encoding, err := s.encoding(shape, tokenizer)
		if err != nil {
			return err
		}
		weights, err := s.maker.Round(trained.Folder())
		if err != nil {
			return err
		}
		m := playground.Model{Name: playground.Base, Title: "Modelo base, antes de afinarlo", Weights: weights}
		if i < len(Sides) {
			m.Name, m.Label, m.Title = trained.Name, s.Label(Sides[i]), "Modelo de "+s.named(Sides[i])
		}
		page.Models = append(page.Models, m)
		page.Tokenizer, page.Before = tokenizer, model.Before{Opening: encoding.Opening()}
		if s.Recipe.TwoBlanks {
			page.Before.Blanks = between
		}
		page.Rounding = append(page.Rounding, roundingText(m.Title, rounding[i]))
	}
	s.describe(&page, models, preference)
	return home.WriteFile(s.path(playgroundFile), func(w io.Writer) error { return page.Write(w, program) })
}

// firstSettings are the recipe's as far as texts are drawn without beams.
func (s *Study) firstSettings() model.Settings {
	g := s.Recipe.Generation
	return model.Settings{
		Sample: true, Temperature: cmp.Or(g.Temperature, 1), TopK: g.TopK, TopP: cmp.Or(g.TopP, 1), TypicalP: cmp.Or(g.TypicalP, 1),
		RepetitionPenalty: cmp.Or(g.RepetitionPenalty, 1), NoRepeatNgramSize: g.NoRepeatNgramSize,
		MaxNewTokens: cmp.Or(g.MaxNewTokens, 100), MinNewTokens: cmp.Or(g.MinNewTokens, 1), Seed: s.Recipe.Seed,
	}
}

// judgement is how the report judges leans, and of what texts that says little.
func (s *Study) judgement(l *Lean) playground.Judgement {
	c := l.calibration
	j := playground.Judgement{Scale: c.Scale.Value, Strongest: l.Limit, Shortest: s.Settings.MinTokens + 1}
	for _, b := range c.After.Bins {
		bin := playground.Bin{Greatest: b.Greatest, N: b.Texts[Right] + b.Texts[Left], Share: b.Observed.Value, High: 1}
		if within := s.judged(b.Observed); within != nil {
			bin.Low, bin.High = within.Low, within.High
		}
		j.Bins = append(j.Bins, bin)
	}
	var perByte []float64
	for _, side := range Sides {
		for _, t := range l.scores.Sides[side] {
			if of := t.Scores[scoredBase]; of.Bytes > 0 {
				perByte = append(perByte, of.NLL/math.Ln2/float64(of.Bytes))
			}
		}
	}
	slices.Sort(perByte)
	j.Unlike = perByte[(len(perByte)-1)*95/100]
	return j
}

// describe says on the page what it is of, and how to cite it.
func (s *Study) describe(page *playground.Page, models []*Trained, preference *Preference) {
	c := page.Models[0].Weights.Config
	corpus := s.Settings.Title
	if s.Settings.Synthetic {
		corpus += ": personas, partidos y textos inventados"
	}
	facts := [][2]string{
		{"Corpus", corpus},
		{"Fechas", cmp.Or(s.Settings.dateText(), "todas las del corpus")},
		{"Reparto", s.splitName() + "." + s.sameAuthors()},
		{"Receta", s.Recipe.Name + ": " + s.Recipe.Title},
		{"Modelos", fmt.Sprintf("GPT-2 de %d capas, ancho %d, vocabulario de %s: %s parámetros cada uno", c.NLayer, c.NEmbd, chart.Integer(c.VocabSize), chart.Integer(c.Count()))},
		{"Semilla", fmt.Sprint(s.Recipe.Seed)},
		{"Motor del entrenamiento", cmp.Or(models[0].made.Engine, "el de la corrida")},
	}
	auc, accuracy := preference.ROC.AUC, preference.ROC.Accuracy
	facts = append(facts,
		[2]string{"¿Reconocen el lado?", fmt.Sprintf("De un tweet de prueba de cada lado, en el %s de los casos el de %s sale más a %s (intervalo de 95 %% sobre %s: %s)",
			chart.Percent(auc.Value, 1), s.named(Right), s.named(Right), s.over(auc), intervalText(s.judged(auc), 1, true))},
		[2]string{"Aciertos", fmt.Sprintf("%s de %s tweets de prueba (%s)", chart.Percent(accuracy.Value, 1),
			chart.Integer(preference.ROC.Positives+preference.ROC.Negatives), intervalText(s.judged(accuracy), 1, true))})
	page.Facts = facts
	synthetic := ""
	if s.Settings.Synthetic {
		synthetic = ", sintético"
	}
	page.Citation = fmt.Sprintf("Hemiciclo, página para probar los modelos de la corrida «%s»: corpus «%s»%s, receta %s, semilla %d. Sus textos los escribe un programa.",
		s.Name, s.Settings.Title, synthetic, s.Recipe.Name, s.Recipe.Seed)
}

// roundingText says what rounding changed of a model.
func roundingText(title string, r compare.Rounding) string {
	return fmt.Sprintf("%s: en %s tweets de prueba el token más probable sigue siendo el mismo en el %s de %s lugares; los bits por byte pasan de %s a %s.",
		title, chart.Integer(r.Texts), chart.Percent(r.SameLikeliest, 1), chart.Integer(r.Tokens), chart.Number(r.Float32, 4), chart.Number(r.Int8, 4))
}

// Note says where the page is, or why there is none.
func (p *Playground) Note() chart.Element {
	s := p.study
	if !p.Made {
		return chart.Note{Kind: chart.Info, Title: "Sin página para probar los modelos", Text: fmt.Sprintf(
			"Con estos modelos pesaría unos %s MB, y aquí se hace hasta %s MB, lo que todavía va por correo. Para hacerla igual, dé otro MostMB a Playground.\n%s",
			chart.Number(p.MB, 0), chart.Number(p.limit, 0), s.source(""))}
	}
	return chart.Note{Kind: chart.Done, Title: "La página para probar los modelos está en runs/" + s.Name + "/" + playgroundFile, Text: fmt.Sprintf(
		"Pesa %s MB y no necesita nada más: ábrala con un navegador, o mándela por correo. scripts/run la deja también entre los informes, como %s-%s.\n%s",
		chart.Number(p.MB, 1), s.Name, playgroundFile, s.source(p.made.String()))}
}
