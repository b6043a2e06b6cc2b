package modelling

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// cardVersion is raised when a card says something else of the same model.
const cardVersion = 1

// card is what a model's README.md says of it, so that the folder can be taken
// elsewhere and still be understood.
type card struct {
	Title      string
	Corpus     string // its title
	Language   string
	Synthetic  bool
	Split      string // how the texts were parted
	Recipe     run.Recipe
	Base       string // what it was tuned from; empty where it began with random weights
	Texts      []cardText
	Config     config.GPT2
	Parameters int
	History    *training.History
	Engine     string
}

// cardText is one of the texts that the model learnt from or was validated on.
type cardText struct {
	Path       string // in the run folder
	Use        string
	Tweets     int
	Characters int
	SHA256     string
}

// keepCard writes the README.md of a model. It is a step of its own: what the corpus
// and its sides are called may change, and the model stay.
func keepCard(ctx context.Context, r *run.Run, t modelPlan, trained *Trained) error {
	path := filepath.Join(trained.Dir, "README.md")
	_, err := r.Do(ctx, run.Step{
		Name: "card-" + r.Recipe.Name + "-" + t.name, Version: cardVersion,
		Inputs:    []any{trained.Record.Fingerprint, t.title, t.from, r.Settings.Title, r.Settings.Language, r.Settings.Synthetic, r.Recipe.Title},
		Artifacts: []string{path},
	}, func() error { return writeCard(r, t, trained, path) })
	return err
}

func writeCard(r *run.Run, t modelPlan, trained *Trained, path string) error {
	shape, err := trained.Config()
	if err != nil {
		return err
	}
	c := card{
		Title: t.title, Corpus: r.Settings.Title, Language: r.Settings.Language, Synthetic: r.Settings.Synthetic,
		Split: r.SplitName(), Recipe: r.Recipe, Config: shape, Parameters: shape.Count(), History: trained.History, Engine: trained.Record.Engine, Base: t.from,
	}
	for _, set := range t.sets {
		for i, part := range []Part{set.Train, set.validated()} {
			text := cardText{Path: part.Path, Use: []string{"entrenamiento", "validación"}[i], Tweets: part.Texts, Characters: part.Characters}
			if text.SHA256, err = run.FileHash(r.Path(text.Path)); err != nil {
				return err
			}
			c.Texts = append(c.Texts, text)
		}
	}
	return home.WriteFile(r.Path(path), c.write)
}

// write writes the card: YAML with what the hub's search knows, then Markdown.
func (c card) write(w io.Writer) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	tags := []string{"gpt2", "hemiciclo", "twitter"}
	if c.Synthetic {
		tags = append(tags, "synthetic-corpus")
	}
	line("---")
	line("language: %s", strconv.Quote(c.Language))
	line("library_name: transformers")
	line("pipeline_tag: text-generation")
	line("tags:")
	for _, tag := range tags {
		line("  - %s", tag)
	}
	line("---")
	line("")
	line("# %s", markdown(c.Title))
	line("")
	line("GPT-2 hecho con Hemiciclo sobre el corpus «%s», para comparar cómo escriben dos lados de la política.", markdown(c.Corpus))
	if c.Synthetic {
		line("")
		line("**El corpus es sintético:** personas, partidos y textos son inventados; nada de lo que este modelo muestra dice algo de personas o partidos reales.")
	}
	line("")
	line("**Todo texto que este modelo escribe es generado por una máquina.** No es una cita ni una opinión de nadie. Puede repetir frases del corpus, sus errores y sus sesgos, y afirmar cosas falsas. Quien lo publique debe decir que es generado.")
	line("")
	line("Se abre con `AutoModelForCausalLM.from_pretrained` y `AutoTokenizer.from_pretrained` de transformers, o con Hemiciclo.")
	line("")
	line("## Textos")
	line("")
	line("| Archivo | Uso | Tweets | Caracteres | SHA-256 |")
	line("|---|---|--:|--:|---|")
	for _, text := range c.Texts {
		line("| %s | %s | %s | %s | `%s` |", markdown(text.Path), text.Use, chart.Integer(text.Tweets), chart.Integer(text.Characters), text.SHA256)
	}
	line("")
	line("## Modelo y entrenamiento")
	line("")
	line("| | |")
	line("|---|---|")
	for _, fact := range c.facts() {
		line("| %s | %s |", fact[0], markdown(fact[1]))
	}
	line("")
	line("Todos los ajustes:")
	line("")
	settings, err := json.MarshalIndent(c.History.Settings, "", "  ")
	if err != nil {
		return err
	}
	line("```json")
	line("%s", settings)
	line("```")
	line("")
	line("La historia del entrenamiento está en `trainer_state.json`.")
	_, err = io.WriteString(w, b.String())
	return err
}

// facts are the rows of the table on the model and its training.
func (c card) facts() [][2]string {
	from := "pesos al azar"
	if c.Base != "" {
		from = c.Base
	}
	h, m := c.History, c.Config
	facts := [][2]string{
		{"Receta", c.Recipe.Name + ": " + c.Recipe.Title},
		{"Punto de partida", from},
		{"Textos", c.Split},
		{"Semilla", fmt.Sprint(c.Recipe.Seed)},
		{"Arquitectura", fmt.Sprintf("GPT-2 de %d capas, ancho %d, %d cabezas, %d posiciones, vocabulario de %s: %s parámetros",
			m.NLayer, m.NEmbd, m.NHead, m.NPositions, chart.Integer(m.VocabSize), chart.Integer(c.Parameters))},
		{"Tokens de entrenamiento", chart.Integer(h.TrainTokens)},
		{"Tokens de validación", chart.Integer(h.EvalTokens)},
		{"Pasos", fmt.Sprintf("%s (%s épocas)", chart.Integer(h.GlobalStep), chart.Number(h.Epoch, 2))},
	}
	if end := len(h.LogHistory) - 1; end >= 0 && h.LogHistory[end].TrainLoss != nil {
		facts = append(facts, [2]string{"Pérdida de entrenamiento, media de todos los pasos", chart.Number(*h.LogHistory[end].TrainLoss, 4) + " nats por token"})
	}
	if steps, losses := h.EvalLoss(); len(losses) > 0 {
		first, last := 0, len(losses)-1
		facts = append(facts,
			[2]string{fmt.Sprintf("Pérdida de validación, paso %d", steps[first]), chart.Number(losses[first], 4) + " nats por token"},
			[2]string{fmt.Sprintf("Pérdida de validación, paso %d", steps[last]), chart.Number(losses[last], 4) + " nats por token"})
	}
	if h.Settings.LoadBestAtEnd && h.BestMetric != nil {
		facts = append(facts, [2]string{"Pesos guardados", fmt.Sprintf("los del paso %s, el mejor: %s nats por token", chart.Integer(h.BestGlobalStep), chart.Number(*h.BestMetric, 4))})
	}
	return append(facts, [2]string{"Motor", c.Engine})
}

// markdownSpecial are the characters that Markdown or HTML would take for markup.
const markdownSpecial = "\\`*_{}[]()<>#|~&$!"

// markdown returns text as it stands in a line or a cell of Markdown.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune(markdownSpecial, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
