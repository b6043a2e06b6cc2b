package study

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
)

// baseName is the model that the sides start from.
const baseName = "base"

// standIn says that a base was taken in place of a published one.
type standIn struct {
	Base string // the recipe whose base it is
	For  string // the published model
	Why  string // in Spanish, without a full stop
}

// String is what titles say; "" if the base is the recipe's own.
func (i standIn) String() string {
	if i.For == "" {
		return ""
	}
	return fmt.Sprintf("sobre el modelo base %s: %s", i.Base, i.Why)
}

// id names the recipe in figures.json and beside generated texts: figures of a base
// that stands in are never taken for the published model's.
func (i standIn) id(r Recipe) string {
	if i.For == "" {
		return r.Name
	}
	return r.Name + ".on." + i.Base
}

// note is what the line below a table or chart says.
func (i standIn) note() string {
	if i.For == "" {
		return ""
	}
	return fmt.Sprintf("En lugar del modelo publicado %s, el modelo base %s: %s.", i.For, i.Base, i.Why)
}

func (s *Study) base(ctx context.Context) (*Trained, error) {
	if s.Recipe.BaseModel == "" {
		return s.trainBase(ctx)
	}
	dir, why, err := s.publishedFolder(ctx)
	if err != nil {
		return nil, fmt.Errorf("el modelo base %s: %w", s.Recipe.BaseModel, err)
	}
	if dir != "" {
		return s.publishedBase(ctx, dir)
	}
	own := *s
	own.Recipe = s.own
	own.Recipe.TF32, own.Recipe.FlashAttention = s.Recipe.TF32, s.Recipe.FlashAttention
	base, err := own.trainBase(ctx)
	if err != nil {
		return nil, err
	}
	base.instead = standIn{Base: s.own.Name, For: s.Recipe.BaseModel, Why: why}
	return base, nil
}

// publishedFolder returns the folder of the recipe's base, or why the run does
// without it.
func (s *Study) publishedFolder(ctx context.Context) (dir, why string, err error) {
	name := s.Recipe.BaseModel
	if info, err := os.Stat(name); (err != nil || !info.IsDir()) && !s.Recipe.Fetch {
		return "", "esta corrida no usa los publicados", nil
	}
	var track *chart.Track // of a download; there is none for what is here
	dir, err = s.resolve(ctx, name, hub.Options{Progress: lastLine(func(line string) {
		if track == nil {
			track = chart.NewTrack("Descargando el modelo publicado "+name, "", 0)
		}
		showing(track.Set(0, 0, line))
	})})
	if track != nil {
		showing(track.Close(err))
	}
	if errors.Is(err, hub.ErrUnavailable) && ctx.Err() == nil {
		return "", "el publicado no está en este equipo", nil
	}
	return dir, "", err
}

// lastLine is a writer that shows the latest line of what a program prints, which
// may be drawn over with carriage returns.
type lastLine func(string)

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
func (s *Study) publishedBase(ctx context.Context, dir string) (*Trained, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []namedFile
	for _, entry := range entries {
		name := entry.Name()
		if !entry.IsDir() && slices.ContainsFunc(modelFiles, func(pattern string) bool { ok, _ := filepath.Match(pattern, name); return ok }) {
			files = append(files, namedFile{name, filepath.Join(dir, name)})
		}
	}
	contents, err := s.contents(ctx, baseName+"-"+s.Recipe.Name, files)
	if err != nil {
		return nil, err
	}
	base := &Trained{Name: baseName, Dir: dir, title: "Modelo base: " + s.Recipe.published(), study: s}
	base.made.Fingerprint, err = step{Name: baseName, Inputs: contents}.fingerprint()
	return base, err
}

// asBase says what a model is that others are tuned from.
func (t *Trained) asBase() string {
	switch {
	case t.History == nil:
		return t.study.Recipe.published()
	case t.instead.For != "":
		return fmt.Sprintf("el modelo base %s de la misma corrida, en lugar del publicado %s (%s)", t.instead.Base, t.instead.For, t.instead.Why)
	default:
		return "el modelo base de la misma corrida"
	}
}

// trainBase trains the tokenizer and the base model.
func (s *Study) trainBase(ctx context.Context) (*Trained, error) {
	var sets []*DataSet
	for _, side := range Sides {
		set, err := s.dataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	others, err := s.restDataSet(ctx)
	if err != nil {
		return nil, err
	}
	r := s.Recipe
	return s.train(ctx, modelPlan{
		name:     baseName,
		title:    "Modelo base (todas las cuentas)",
		sets:     append(sets, others),
		settings: r.Base,
		inputs:   []any{r.VocabSize, r.MinFrequency, r.Model},
		start: func(ctx context.Context) (start, error) {
			return s.newModel(ctx, append(sets, others))
		},
	})
}

// tuning are the settings with which a side is tuned on the base. Where another
// base stands in, the recipe is shown on a small model: blocks are cut to its
// positions, and the steps are few, divided as the study divided its own.
func (s *Study) tuning(base *Trained) training.Settings {
	t := s.Recipe.Tune
	if base.instead.For == "" {
		return t
	}
	steps := s.own.StandInSteps
	t.BlockSize = min(t.BlockSize, s.own.Model.NPositions)
	t.MaxSteps = steps
	t.WarmupSteps = max(1, steps/20)
	t.EvalEvery, t.LogEvery, t.SaveEvery = max(1, steps/10), max(1, steps/10), max(1, steps/5)
	return t
}

// published says which base the recipe takes. Of a folder it gives the name alone:
// where it lies is nobody else's business.
func (r Recipe) published() string {
	if info, err := os.Stat(r.BaseModel); err == nil && info.IsDir() {
		return fmt.Sprintf("el modelo de la carpeta «%s»", filepath.Base(r.BaseModel))
	}
	return "el modelo publicado " + r.BaseModel
}

// of2020 tells whether the recipe is one of the study's four.
func (r Recipe) of2020() bool {
	return slices.ContainsFunc(publishedRecipes, func(p Recipe) bool { return p.Name == r.Name })
}

// has tells whether the recipe is for a side.
func (r Recipe) has(side Side) bool {
	return len(r.Sides) == 0 || slices.Contains(r.Sides, side)
}
