package modelling

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// trainingVersion is raised when training makes another model of the same text.
const trainingVersion = 2

// FineTune tunes the base model on one side's training text and validates on
// its test text.
func FineTune(ctx context.Context, r *run.Run, side run.Side) (*Trained, error) {
	if !r.Recipe.Has(side) {
		return nil, fmt.Errorf("la receta %s no es para %s", r.Recipe.Name, r.Named(side))
	}
	base, err := Base(ctx, r)
	if err != nil {
		return nil, err
	}
	set, err := DataSetOf(ctx, r, side)
	if err != nil {
		return nil, err
	}
	title := "Modelo de " + r.Named(side)
	if r.Recipe.BaseModel != "" {
		title += ", receta " + r.Recipe.Name
	}
	if base.StandIn.For != "" {
		title += " (" + base.StandIn.String() + ")"
	}
	return train(ctx, r, modelPlan{
		name:     side.Folder(),
		title:    title,
		sets:     []*DataSet{set},
		settings: tuning(r, base),
		inputs:   []any{base.Record.Fingerprint},
		instead:  base.StandIn,
		same:     sameModel(r, base),
		from:     base.asBase(),
		start: func(context.Context) (start, error) {
			config, tokenizer, err := base.Read()
			return start{from: base.Folder(), config: config, tokenizer: tokenizer}, err
		},
	})
}

// historyFile is what a training leaves of its losses, beside the model.
const historyFile = "trainer_state.json"

// checkpointsFolder holds what an interrupted training goes on from, below the model.
const checkpointsFolder = "checkpoints"

// modelPlan is a model to be trained.
type modelPlan struct {
	name, title string
	sets        []*DataSet // whose texts are learnt from and validated on
	settings    training.Settings
	inputs      []any
	instead     StandIn
	same        []string // recipes of which the model is the same if what they make it from is
	from        string   // what it is tuned from, in Spanish; empty if it begins with random weights
	start       func(context.Context) (start, error)
}

// start is what a training starts from: the model of a folder, or random weights of a
// configuration.
type start struct {
	from      string
	config    config.GPT2
	tokenizer *bpe.Tokenizer
}

func train(ctx context.Context, r *run.Run, t modelPlan) (*Trained, error) {
	if err := checkTraining(t.settings); err != nil {
		return nil, fmt.Errorf("la receta %s: %w", r.Recipe.Name, err)
	}
	trained := &Trained{Name: t.name, Dir: filepath.Join("models", r.Recipe.Name, t.name), Title: t.title, run: r, StandIn: t.instead, from: t.from}
	inputs := r.EngineInputs(append(slices.Clone(t.inputs), t.settings)...)
	for _, set := range t.sets {
		inputs = append(inputs, set.Record.Fingerprint)
	}
	step := func(recipe string) run.Step {
		st := run.Step{Name: "model-" + recipe + "-" + t.name, Version: trainingVersion, Inputs: inputs}
		for _, file := range []string{"config.json", "model.safetensors", "tokenizer.json", historyFile} {
			st.Artifacts = append(st.Artifacts, filepath.Join("models", recipe, t.name, file))
		}
		return st
	}
	st := step(r.Recipe.Name)
	for _, recipe := range t.same {
		st.Same = append(st.Same, step(recipe))
	}
	var err error
	if trained.Record, err = r.Do(ctx, st, func() error { return makeModel(ctx, r, t, trained) }); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(st.Same, func(same run.Step) bool { return same.Name == trained.Record.CopyOf }); i >= 0 {
		trained.StandIn.Same = t.same[i]
		if trained.original, err = st.Same[i].Fingerprint(); err != nil {
			return nil, err
		}
		// Where a training of its own was interrupted before, nothing goes on from it any more.
		if err := os.RemoveAll(r.Path(trained.Dir, checkpointsFolder)); err != nil {
			return nil, err
		}
	}
	history := filepath.Join(trained.Dir, historyFile)
	if trained.History, err = run.Artifact(r, history, trained.Record, run.Decoded[*training.History]); err != nil {
		return nil, err
	}
	if err := keepCard(ctx, r, t, trained); err != nil {
		return nil, err
	}
	return trained, recordTraining(ctx, r, trained)
}

// checkTraining refuses zeros for which finetune would take its own defaults: the
// recipe's table says what is trained.
func checkTraining(t training.Settings) error {
	for _, field := range []struct {
		name  string
		value int
	}{{"BlockSize", t.BlockSize}, {"BatchSize", t.BatchSize}, {"Epochs (o MaxSteps)", t.Epochs + t.MaxSteps}} {
		if field.value < 1 {
			return fmt.Errorf("%s es %d: dé 1 o más", field.name, field.value)
		}
	}
	if t.LearningRate <= 0 {
		return fmt.Errorf("LearningRate es %v: dé un número mayor que 0, por ejemplo 5e-5", t.LearningRate)
	}
	return nil
}

// makeModel trains and saves. The checkpoints go once the model is saved.
func makeModel(ctx context.Context, r *run.Run, t modelPlan, trained *Trained) error {
	start, err := t.start(ctx)
	if err != nil {
		return err
	}
	encoding, err := Encoding(r, start.config, start.tokenizer)
	if err != nil {
		return err
	}
	var learnt, validation string
	for _, set := range t.sets {
		train, err := run.ReadText(r.Path(set.Train.Path))
		if err != nil {
			return err
		}
		validated, err := run.ReadText(r.Path(set.validated().Path))
		if err != nil {
			return err
		}
		learnt, validation = learnt+train, validation+validated
	}
	if err := home.RemovePartial(r.Path(trained.Dir)); err != nil {
		return err
	}
	t.settings.EndOfText = encoding.End()
	checkpoints := r.Path(trained.Dir, checkpointsFolder)
	track, err := r.EngineTrack("Entrenando: "+trained.Title, "pasos", 0)
	if err != nil {
		return err
	}
	watch := newWatch(ctx, trained, track)
	history, err := r.Maker.Train(ctx, task.Training{
		From: start.from, Config: start.config, Seed: r.Recipe.Seed, Settings: t.settings,
		Learn: encoding.Text(learnt), Validate: encoding.Text(validation),
		Checkpoints: checkpoints, Into: r.Path(trained.Dir), Progress: watch.progress,
	})
	watch.close(err)
	if err != nil {
		return err
	}
	if err := start.tokenizer.Save(r.Path(trained.Dir)); err != nil {
		return err
	}
	if err := run.WriteJSON(r.Path(trained.Dir, historyFile), history); err != nil {
		return err
	}
	return os.RemoveAll(checkpoints)
}

// recordTraining keeps the losses in figures.json.
func recordTraining(ctx context.Context, r *run.Run, t *Trained) error {
	id := fmt.Sprintf("train.%s.%s", t.StandIn.RecipeName(r.Recipe), t.Name)
	var figures []run.Figure
	_, losses := t.History.EvalLoss()
	if len(losses) > 0 {
		after := losses[len(losses)-1]
		if t.History.Settings.LoadBestAtEnd {
			after = *t.History.BestMetric
		}
		figures = append(figures,
			run.Figure{ID: id + ".eval_loss.before", Value: losses[0], Unit: "nats/token", N: t.History.EvalTokens, Seed: r.Recipe.Seed, Source: t.Dir},
			run.Figure{ID: id + ".eval_loss.after", Value: after, Unit: "nats/token", N: t.History.EvalTokens, Seed: r.Recipe.Seed, Source: t.Dir})
	}
	if last := t.History.LogHistory[len(t.History.LogHistory)-1]; last.TrainLoss != nil {
		figures = append(figures, run.Figure{ID: id + ".train_loss", Value: *last.TrainLoss, Unit: "nats/token", N: t.History.TrainTokens, Seed: r.Recipe.Seed, Source: t.Dir})
	}
	return r.RecordFigures(ctx, "model-"+r.Recipe.Name+"-"+t.Name, figures...)
}

// SpecialTokens open our own vocabularies: begin, padding and end of text.
var SpecialTokens = []string{"<s>", "<pad>", "</s>"}

// newModel trains the tokenizer on the training tweets; the model has random weights for
// its vocabulary.
func newModel(ctx context.Context, r *run.Run, sets []*DataSet) (start, error) {
	tokenizer, err := bpe.Train(ctx, func(yield func(string) bool) {
		for _, set := range sets {
			for text := range run.CleanTexts(set.Train.Tweets) {
				if !r.Recipe.TwoBlanks {
					text = corpus.OneLine(text)
				}
				if !yield(text) {
					return
				}
			}
		}
	}, bpe.TrainOptions{VocabSize: r.Recipe.VocabSize, MinFrequency: r.Recipe.MinFrequency, SpecialTokens: SpecialTokens})
	if err != nil {
		return start{}, err
	}
	shape := r.Recipe.Model
	shape.VocabSize = tokenizer.VocabSize()
	for token, field := range map[string]**int32{"<s>": &shape.BOSTokenID, "<pad>": &shape.PadTokenID, "</s>": &shape.EOSTokenID} {
		if id, ok := tokenizer.ID(token); ok {
			*field = config.TokenID(id)
		}
	}
	return start{config: shape, tokenizer: tokenizer}, nil
}
