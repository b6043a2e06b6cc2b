package modelling

import (
	"fmt"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// Trained is a model in the run folder, with the story of its training, or a
// published base.
type Trained struct {
	Name    string            // "base", "derecha" or "izquierda"
	Dir     string            // models/<recipe>/<name>, in Hugging Face layout; a published base's whole path
	History *training.History // nil for a published base

	Title   string
	Record  run.Record
	StandIn StandIn // which base was taken for the recipe's, if so

	run      *run.Run
	from     string // what it was tuned from
	original string // the fingerprint of the model that it is a copy of, if it is one
}

// step gives a step that works with the model, as of says for a recipe and the fingerprint
// of its model. Where the model is a copy, what was made with the original is copied as well.
func (t *Trained) step(of func(recipe, fingerprint string) run.Step) run.Step {
	st := of(t.run.Recipe.Name, t.Record.Fingerprint)
	if t.original != "" {
		st.Same = []run.Step{of(t.StandIn.Same, t.original)}
	}
	return st
}

// Folder is where the model lies.
func (t *Trained) Folder() string {
	if filepath.IsAbs(t.Dir) {
		return t.Dir
	}
	return t.run.Path(t.Dir)
}

// Config reads the model's configuration alone.
func (t *Trained) Config() (config.GPT2, error) {
	return config.Read(filepath.Join(t.Folder(), "config.json"))
}

// Read loads the model's configuration and its tokenizer, which must fit each other.
func (t *Trained) Read() (config.GPT2, *bpe.Tokenizer, error) {
	dir := t.Folder()
	tokenizer, err := bpe.Load(dir)
	if err != nil {
		return config.GPT2{}, nil, err
	}
	shape, err := t.Config()
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

// Encoding is how the model reads this run's tweets.
func Encoding(r *run.Run, c config.GPT2, tokenizer *bpe.Tokenizer) (corpus.Encoding, error) {
	if r.Recipe.TwoBlanks {
		return corpus.NewEncoding2020(tokenizer), nil
	}
	return corpus.NewEncoding(tokenizer, endOfText(c, tokenizer))
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

// TaskModel is the model as package task measures it on this run's tweets.
func TaskModel(r *run.Run, t *Trained) (task.Model, error) {
	shape, tokenizer, err := t.Read()
	if err != nil {
		return task.Model{}, err
	}
	encoding, err := Encoding(r, shape, tokenizer)
	return task.Model{Name: t.Name, Folder: t.Folder(), Encoding: encoding}, err
}
