package study

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/task"
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
	History *training.History // nil for a published base

	title   string
	study   *Study
	made    stepRecord
	instead standIn // which base was taken for the recipe's, if so
	from    string  // what it was tuned from
}

func (s *Study) fineTune(ctx context.Context, side Side) (*Trained, error) {
	if !s.Recipe.has(side) {
		return nil, fmt.Errorf("la receta %s no es para %s", s.Recipe.Name, s.named(side))
	}
	base, err := s.base(ctx)
	if err != nil {
		return nil, err
	}
	set, err := s.dataSet(ctx, side)
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
	return s.train(ctx, modelPlan{
		name:     side.Folder(),
		title:    title,
		sets:     []*DataSet{set},
		settings: s.tuning(base),
		inputs:   []any{base.made.Fingerprint},
		instead:  base.instead,
		from:     base.asBase(),
		start: func(context.Context) (start, error) {
			config, tokenizer, err := base.read()
			return start{from: base.Folder(), config: config, tokenizer: tokenizer}, err
		},
	})
}

// modelPlan is a model to be trained.
type modelPlan struct {
	name, title string
	sets        []*DataSet // whose texts are learnt from and validated on
	settings    training.Settings
	inputs      []any
	instead     standIn
	from        string // what it is tuned from, in Spanish; empty if it begins with random weights
	start       func(context.Context) (start, error)
}

// start is what a training starts from: the model of a folder, or random weights of a
// configuration.
type start struct {
	from      string
	config    config.GPT2
	tokenizer *bpe.Tokenizer
}

func (s *Study) train(ctx context.Context, t modelPlan) (*Trained, error) {
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
	if trained.History, err = artifact(s, history, trained.made, decoded[*training.History]); err != nil {
		return nil, err
	}
	if err := s.keepCard(ctx, t, trained); err != nil {
		return nil, err
	}
	return trained, s.recordTraining(trained)
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
func (s *Study) makeModel(ctx context.Context, t modelPlan, trained *Trained) error {
	start, err := t.start(ctx)
	if err != nil {
		return err
	}
	encoding, err := s.encoding(start.config, start.tokenizer)
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
	track, err := s.engineTrack("Entrenando: "+trained.title, "pasos", 0)
	if err != nil {
		return err
	}
	watch := newWatch(ctx, trained, track)
	history, err := s.maker.Train(ctx, task.Training{
		From: start.from, Config: start.config, Seed: s.Recipe.Seed, Settings: t.settings,
		Learn: encoding.Text(learnt), Validate: encoding.Text(validation),
		Checkpoints: checkpoints, Into: s.path(trained.Dir), Progress: watch.progress,
	})
	watch.close(err)
	if errors.Is(err, task.ErrOutOfMemory) {
		return fmt.Errorf("la memoria no alcanza para un paso: en Recipe.Tune o Recipe.Base baje BatchSize (y suba GradientAccumulation otro tanto) o BlockSize, o ponga GradientCheckpointing = true; lo que ya se guardó no se pierde: %w", err)
	}
	if err != nil {
		return err
	}
	if err := start.tokenizer.Save(s.path(trained.Dir)); err != nil {
		return err
	}
	if err := writeJSON(s.path(trained.Dir, "trainer_state.json"), history); err != nil {
		return err
	}
	return os.RemoveAll(checkpoints)
}

// newModel trains the tokenizer on the training tweets; the model has random weights for
// its vocabulary.
func (s *Study) newModel(ctx context.Context, sets []*DataSet) (start, error) {
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
		return start{}, err
	}
	shape := s.Recipe.Model
	shape.VocabSize = tokenizer.VocabSize()
	for token, field := range map[string]**int32{"<s>": &shape.BOSTokenID, "<pad>": &shape.PadTokenID, "</s>": &shape.EOSTokenID} {
		if id, ok := tokenizer.ID(token); ok {
			*field = config.TokenID(id)
		}
	}
	return start{config: shape, tokenizer: tokenizer}, nil
}

// read loads the model's configuration and its tokenizer, which must fit each other.
func (t *Trained) read() (config.GPT2, *bpe.Tokenizer, error) {
	dir := t.Folder()
	tokenizer, err := bpe.Load(dir)
	if err != nil {
		return config.GPT2{}, nil, err
	}
	shape, err := t.config()
	if err != nil {
		return config.GPT2{}, nil, err
	}
	// Fewer are well: some models have rows that no token uses. So are special tokens
	// beyond the rows, which many published tokenizers add: no text holds them.
	tokens, rows := tokenizer.VocabSize(), shape.VocabSize
	for id := rows; id < tokens; id++ {
		if !tokenizer.IsSpecial(int32(id)) {
			return shape, nil, fmt.Errorf("%s: el vocabulario tiene %d tokens y el modelo conoce %d: sus archivos no son del mismo modelo", dir, tokens, rows)
		}
	}
	return shape, tokenizer, nil
}

// encoding is how the model reads this run's tweets.
func (s *Study) encoding(c config.GPT2, tokenizer *bpe.Tokenizer) (corpus.Encoding, error) {
	if s.Recipe.TwoBlanks {
		return corpus.NewEncoding2020(tokenizer), nil
	}
	encoding, err := corpus.NewEncoding(tokenizer, endOfText(c, tokenizer))
	if err != nil {
		err = fmt.Errorf("el modelo base no tiene un token de fin de texto (eos_token en los archivos de su vocabulario) con que separar los tweets; póngalo, o two_blanks = true en %s/study.toml: %w", s.Corpus, err)
	}
	return encoding, err
}

// endOfText is the token that ends a text: the tokenizer's, for a configuration may name
// GPT-2's own, which other vocabularies do not have, or else the configuration's; nil where
// the model has a row for neither.
func endOfText(c config.GPT2, tokenizer *bpe.Tokenizer) *int32 {
	if end, ok := tokenizer.EOS(); ok && int(end) < c.VocabSize {
		return &end
	}
	if end := c.EOSTokenID; end != nil && int(*end) < c.VocabSize {
		return end
	}
	return nil
}

// reader is the model for what measures it on this run's tweets.
func (s *Study) reader(t *Trained) (task.Model, error) {
	shape, tokenizer, err := t.read()
	if err != nil {
		return task.Model{}, err
	}
	encoding, err := s.encoding(shape, tokenizer)
	return task.Model{Name: t.Name, Folder: t.Folder(), Encoding: encoding}, err
}

// Folder is where the model lies.
func (t *Trained) Folder() string {
	if filepath.IsAbs(t.Dir) {
		return t.Dir
	}
	return t.study.path(t.Dir)
}

// config reads the model's configuration alone.
func (t *Trained) config() (config.GPT2, error) {
	return config.Read(filepath.Join(t.Folder(), "config.json"))
}
