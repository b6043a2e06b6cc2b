package study

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// trainingVersion is raised when training makes another model of the same text.
const trainingVersion = 2

// specialTokens open our own vocabularies: begin, padding and end of text.
var specialTokens = []string{"<s>", "<pad>", "</s>"}

// Trained is a model in the run folder, with the story of its training, or a
// published base.
type Trained struct {
	Name    string            // "base", "derecha" or "izquierda"
	Dir     string            // models/<recipe>/<name>, in Hugging Face layout; a published base's whole path
	History *finetune.History // nil for a published base

	title   string
	study   *Study
	made    stepRecord
	instead standIn // which base was taken for the recipe's, if so
	from    string  // what it was tuned from
}

// FineTune tunes the base model on one side's training text and validates on
// its test text.
func (s *Study) FineTune(ctx context.Context, side Side) (*Trained, error) {
	if !s.Recipe.has(side) {
		return nil, fmt.Errorf("la receta %s no es para %s", s.Recipe.Name, s.named(side))
	}
	base, err := s.Base(ctx)
	if err != nil {
		return nil, err
	}
	set, err := s.DataSet(ctx, side)
	if err != nil {
		return nil, err
	}
	title := "Modelo de " + s.named(side)
	if s.Recipe.BaseModel != "" {
		title += ", receta " + s.Recipe.Name
	}
	if base.instead.For != "" {
		title += " (" + base.instead.String() + ")"
	}
	return s.train(ctx, training{
		name:     side.Folder(),
		title:    title,
		sets:     []*DataSet{set},
		settings: s.tuning(base),
		inputs:   []any{base.made.Fingerprint},
		instead:  base.instead,
		from:     base.asBase(),
		start: func(context.Context) (*gpt2.Model, *bpe.Tokenizer, error) {
			return base.Open()
		},
	})
}

// training is one model to be made.
type training struct {
	name, title string
	sets        []*DataSet // whose texts are learnt from and validated on
	settings    finetune.Settings
	inputs      []any
	instead     standIn
	from        string // what it is tuned from, in Spanish; empty if it begins with random weights
	start       func(context.Context) (*gpt2.Model, *bpe.Tokenizer, error)
}

func (s *Study) train(ctx context.Context, t training) (*Trained, error) {
	if err := checkTraining(t.settings); err != nil {
		return nil, fmt.Errorf("la receta %s: %w", s.Recipe.Name, err)
	}
	trained := &Trained{Name: t.name, Dir: filepath.Join("models", s.Recipe.Name, t.name), title: t.title, study: s, instead: t.instead, from: t.from}
	inputs := s.engineInputs(append(slices.Clone(t.inputs), t.settings)...)
	for _, set := range t.sets {
		inputs = append(inputs, set.made.Fingerprint)
	}
	history := filepath.Join(trained.Dir, "trainer_state.json")
	var err error
	trained.made, err = s.run(ctx, step{
		Name: "model-" + s.Recipe.Name + "-" + t.name, Version: trainingVersion, Inputs: inputs,
		Artifacts: []string{filepath.Join(trained.Dir, "config.json"), filepath.Join(trained.Dir, "model.safetensors"), filepath.Join(trained.Dir, "tokenizer.json"), history},
	}, func() error { return s.makeModel(ctx, t, trained) })
	if err != nil {
		return nil, err
	}
	if err := readJSON(s.path(history), &trained.History); err != nil {
		return nil, err
	}
	if err := s.keepCard(ctx, t, trained); err != nil {
		return nil, err
	}
	return trained, s.recordTraining(trained)
}

// checkTraining refuses zeros for which finetune would take its own defaults: the
// recipe's table says what is trained.
func checkTraining(t finetune.Settings) error {
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
func (s *Study) makeModel(ctx context.Context, t training, trained *Trained) error {
	engine, err := s.Engine()
	if err != nil {
		return err
	}
	model, tokenizer, err := t.start(ctx)
	if err != nil {
		return err
	}
	encoding, err := s.encoding(model, tokenizer)
	if err != nil {
		return err
	}
	var learnt, validation string
	for _, set := range t.sets {
		train, err := readText(s.path(set.Train.Path))
		if err != nil {
			return err
		}
		validated, err := readText(s.path(set.validated().Path))
		if err != nil {
			return err
		}
		learnt, validation = learnt+train, validation+validated
	}
	if err := home.RemovePartial(s.path(trained.Dir)); err != nil {
		return err
	}
	t.settings.EndOfText = encoding.End()
	checkpoints := s.path(trained.Dir, "checkpoints")
	watch := newWatch(ctx, trained)
	history, err := finetune.Train(ctx, engine.Backend, model, encoding.Text(learnt), encoding.Text(validation), t.settings, finetune.RunOptions{
		Dir: checkpoints, Progress: watch.progress,
	})
	watch.close(err)
	if errors.Is(err, finetune.ErrOutOfMemory) {
		return fmt.Errorf("la memoria no alcanza para un paso: en Recipe.Tune o Recipe.Base baje BatchSize (y suba GradientAccumulation otro tanto) o BlockSize, o ponga GradientCheckpointing = true; lo que ya se guardó no se pierde: %w", err)
	}
	if err != nil {
		return err
	}
	if err := model.Save(s.path(trained.Dir)); err != nil {
		return err
	}
	if err := tokenizer.Save(s.path(trained.Dir)); err != nil {
		return err
	}
	if err := writeJSON(s.path(trained.Dir, "trainer_state.json"), history); err != nil {
		return err
	}
	return os.RemoveAll(checkpoints)
}

// newModel trains the tokenizer on the training tweets and makes a model with
// random weights for its vocabulary.
func (s *Study) newModel(ctx context.Context, sets []*DataSet) (*gpt2.Model, *bpe.Tokenizer, error) {
	tokenizer, err := bpe.Train(ctx, func(yield func(string) bool) {
		for _, set := range sets {
			for text := range cleanTexts(set.Train.Tweets) {
				if !s.Recipe.TwoBlanks {
					text = corpus.OneLine(text)
				}
				if !yield(text) {
					return
				}
			}
		}
	}, bpe.TrainOptions{VocabSize: s.Recipe.VocabSize, MinFrequency: s.Recipe.MinFrequency, SpecialTokens: specialTokens})
	if err != nil {
		return nil, nil, err
	}
	config := s.Recipe.Model
	config.VocabSize = tokenizer.VocabSize()
	for token, field := range map[string]**int32{"<s>": &config.BOSTokenID, "<pad>": &config.PadTokenID, "</s>": &config.EOSTokenID} {
		if id, ok := tokenizer.ID(token); ok {
			*field = gpt2.TokenID(id)
		}
	}
	model, err := gpt2.New(config, s.Recipe.Seed)
	return model, tokenizer, err
}

// Open loads the model and its tokenizer.
func (t *Trained) Open() (*gpt2.Model, *bpe.Tokenizer, error) {
	dir := t.folder()
	tokenizer, err := bpe.Load(dir)
	if err != nil {
		return nil, nil, err
	}
	model, err := gpt2.Load(dir)
	if err != nil {
		return nil, nil, err
	}
	// Fewer are well: some models have rows that no token uses. So are special tokens
	// beyond the rows, which many published tokenizers add: no text holds them.
	tokens, rows := tokenizer.VocabSize(), model.Config.VocabSize
	for id := rows; id < tokens; id++ {
		if !tokenizer.IsSpecial(int32(id)) {
			return nil, nil, fmt.Errorf("%s: el vocabulario tiene %d tokens y el modelo conoce %d: sus archivos no son del mismo modelo", dir, tokens, rows)
		}
	}
	return model, tokenizer, nil
}

// encoding is how the model reads this run's tweets.
func (s *Study) encoding(model *gpt2.Model, tokenizer *bpe.Tokenizer) (corpus.Encoding, error) {
	if s.Recipe.TwoBlanks {
		return corpus.NewEncoding2020(tokenizer), nil
	}
	encoding, err := corpus.NewEncoding(tokenizer, endOfText(model.Config, tokenizer))
	if err != nil {
		err = fmt.Errorf("el modelo base no tiene un token de fin de texto (eos_token en los archivos de su vocabulario) con que separar los tweets; póngalo, o two_blanks = true en %s/study.toml: %w", s.Corpus, err)
	}
	return encoding, err
}

// endOfText is the token that ends a text: the tokenizer's, for a configuration may name
// GPT-2's own, which other vocabularies do not have, or else the configuration's; nil where
// the model has a row for neither.
func endOfText(config gpt2.Config, tokenizer *bpe.Tokenizer) *int32 {
	if end, ok := tokenizer.EOS(); ok && int(end) < config.VocabSize {
		return &end
	}
	if end := config.EOSTokenID; end != nil && int(*end) < config.VocabSize {
		return end
	}
	return nil
}

// reader opens the model for what measures it on this run's tweets.
func (s *Study) reader(t *Trained) score.Model {
	return score.Model{Name: t.Name, Open: func() (*gpt2.Model, corpus.Encoding, error) {
		model, tokenizer, err := t.Open()
		if err != nil {
			return nil, corpus.Encoding{}, err
		}
		encoding, err := s.encoding(model, tokenizer)
		return model, encoding, err
	}}
}

// folder is where the model lies.
func (t *Trained) folder() string {
	if filepath.IsAbs(t.Dir) {
		return t.Dir
	}
	return t.study.path(t.Dir)
}

// config reads the model's configuration alone.
func (t *Trained) config() (gpt2.Config, error) {
	data, err := os.ReadFile(filepath.Join(t.folder(), "config.json"))
	if err != nil {
		return gpt2.Config{}, err
	}
	return gpt2.ParseConfig(data)
}

// readText reads a text file of the run folder.
func readText(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("leer el texto: %w", err)
	}
	return string(data), nil
}
