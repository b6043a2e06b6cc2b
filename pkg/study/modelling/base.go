package modelling

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/hub"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// BaseName is the model that the sides start from.
const BaseName = "base"

// StandIn says that a base was taken in place of a published one.
type StandIn struct {
	Base string // the recipe whose base it is
	For  string // the published model
	Why  string // in Spanish, without a full stop
	Same string // the recipe whose model is the same, and was copied; else empty
}

// String is what titles say; "" if the base is the recipe's own.
func (i StandIn) String() string {
	if i.For == "" {
		return ""
	}
	return fmt.Sprintf("sobre el modelo base %s: %s", i.Base, i.Why)
}

// RecipeName names the recipe in figures.json and beside generated texts: figures of a base
// that stands in are never taken for the published model's.
func (i StandIn) RecipeName(r run.Recipe) string {
	if i.For == "" {
		return r.Name
	}
	return r.Name + ".on." + i.Base
}

// Note is what the line below a table or chart says.
func (i StandIn) Note() string {
	if i.For == "" {
		return ""
	}
	note := fmt.Sprintf("En lugar del modelo publicado %s, el modelo base %s: %s.", i.For, i.Base, i.Why)
	if i.Same != "" {
		note += fmt.Sprintf(" Sobre él, con los mismos textos y ajustes, el modelo es el de la receta %s: no se entrenó otra vez.", i.Same)
	}
	return note
}

// sameModel are the recipes whose model of a side is the same as this one's where the run's
// own base stands in, and its settings are equal: those of the study that come before it.
func sameModel(r *run.Run, base *Trained) (recipes []string) {
	if base.StandIn.For == "" {
		return nil
	}
	for _, recipe := range run.PublishedRecipes {
		if recipe.Name == r.Recipe.Name {
			return recipes
		}
		recipes = append(recipes, recipe.Name)
	}
	return nil
}

// Base gives the model from which the sides start: the published one that the
// recipe names, or one that is trained here on the training text of all
// accounts, and validated on all test text. Where the published one is not to be
// had, the run's own base stands in for it.
func Base(ctx context.Context, r *run.Run) (*Trained, error) {
	if r.Recipe.BaseModel == "" {
		return trainBase(ctx, r)
	}
	dir, why, err := publishedFolder(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("el modelo base %s: %w", r.Recipe.BaseModel, err)
	}
	if dir != "" {
		return publishedBase(ctx, r, dir)
	}
	own := *r
	own.Recipe = r.Own
	own.Recipe.TF32, own.Recipe.FlashAttention = r.Recipe.TF32, r.Recipe.FlashAttention
	base, err := trainBase(ctx, &own)
	if err != nil {
		return nil, err
	}
	base.StandIn = StandIn{Base: r.Own.Name, For: r.Recipe.BaseModel, Why: why}
	return base, nil
}

// publishedFolder returns the folder of the recipe's base, or why the run does
// without it.
func publishedFolder(ctx context.Context, r *run.Run) (dir, why string, err error) {
	name := r.Recipe.BaseModel
	if info, err := os.Stat(name); (err != nil || !info.IsDir()) && !r.Recipe.Fetch {
		return "", "esta corrida no usa los publicados", nil
	}
	var track *chart.Track // of a download; there is none for what is here
	dir, err = r.Resolve(ctx, name, hub.Options{Progress: lastLine(func(line string) {
		if track == nil {
			track = chart.NewTrack("Descargando el modelo publicado "+name, "", 0)
		}
		run.LogUnshown(track.Set(0, 0, line))
	})})
	if track != nil {
		run.LogUnshown(track.Close(err))
	}
	if errors.Is(err, hub.ErrUnavailable) && ctx.Err() == nil {
		return "", "el publicado no está en este equipo", nil
	}
	return dir, "", err
}

// lastLine is a writer that shows the latest line of what a program prints, which
// may be drawn over with carriage returns.
type lastLine func(string)

// Write shows the last line of p.
func (show lastLine) Write(p []byte) (int, error) {
	lines := strings.FieldsFunc(string(p), func(r rune) bool { return r == '\r' || r == '\n' })
	if len(lines) > 0 {
		show(strings.TrimSpace(lines[len(lines)-1]))
	}
	return len(p), nil
}

// modelFiles are those that a model and its tokenizer are read from.
var modelFiles = []string{"*.json", "*.txt", "*.safetensors", "pytorch_model.bin"}

// publishedBase is the model of a folder, as it is. What it is made from are the
// files' contents: another revision is another base, and a copy is the same.
func publishedBase(ctx context.Context, r *run.Run, dir string) (*Trained, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []run.NamedFile
	for _, entry := range entries {
		name := entry.Name()
		if !entry.IsDir() && slices.ContainsFunc(modelFiles, func(pattern string) bool { ok, _ := filepath.Match(pattern, name); return ok }) {
			files = append(files, run.NamedFile{Name: name, Path: filepath.Join(dir, name)})
		}
	}
	contents, err := r.Contents(ctx, BaseName+"-"+r.Recipe.Name, files)
	if err != nil {
		return nil, err
	}
	base := &Trained{Name: BaseName, Dir: dir, Title: "Modelo base: " + r.Recipe.BaseTitle(), run: r}
	base.Record.Fingerprint, err = run.Step{Name: BaseName, Inputs: contents}.Fingerprint()
	return base, err
}

// trainBase trains the tokenizer and the base model.
func trainBase(ctx context.Context, r *run.Run) (*Trained, error) {
	var sets []*DataSet
	for _, side := range run.Sides {
		set, err := DataSetOf(ctx, r, side)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	others, err := RestDataSet(ctx, r)
	if err != nil {
		return nil, err
	}
	recipe := r.Recipe
	return train(ctx, r, modelPlan{
		name:     BaseName,
		title:    "Modelo base (todas las cuentas)",
		sets:     append(sets, others),
		settings: recipe.Base,
		inputs:   []any{recipe.VocabSize, recipe.MinFrequency, recipe.Model},
		start: func(ctx context.Context) (start, error) {
			return newModel(ctx, r, append(sets, others))
		},
	})
}

// tuning are the settings with which a side is tuned on the base. Where another
// base stands in, the recipe is shown on a small model: blocks are cut to its
// positions, and the steps are few, divided as the study divided its own.
func tuning(r *run.Run, base *Trained) training.Settings {
	t := r.Recipe.Tune
	if base.StandIn.For == "" {
		return t
	}
	steps := r.Own.StandInSteps
	t.BlockSize = min(t.BlockSize, r.Own.Model.NPositions)
	t.MaxSteps = steps
	t.WarmupSteps = max(1, steps/20)
	t.EvalEvery, t.LogEvery, t.SaveEvery = max(1, steps/10), max(1, steps/10), max(1, steps/5)
	return t
}
