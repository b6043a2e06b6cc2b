// Command recipe trains the study's own models with one setting and says how well they
// predict tweets, to choose the laptop's recipe by.
//
//	recipe [options] CORPUS     a corpus folder; one that pkg/demo wrote too
//
// The options start at the laptop's recipe. The base learns from the training tweets of all
// accounts, and with -tune each side's model from those of its side. Everything is measured
// on the held-out part of the training tweets: the test tweets are not looked at. What it
// prints is one JSON object; bits per byte are of each tweet alone.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// trained is what a training cost and gave.
type trained struct {
	Steps      int       `json:"steps"`
	CPU        float64   `json:"cpu_seconds"` // user and system, with the evaluations
	BestStep   int       `json:"best_step"`
	EvalLosses []float64 `json:"eval_losses"` // nats a token
	// BitsPerByte are those of each side's held-out tweets.
	BitsPerByte map[string]float64 `json:"bits_per_byte"`
}

func main() {
	recipe := run.LaptopRecipe()
	flag.IntVar(&recipe.VocabSize, "vocabulary", recipe.VocabSize, "tokens in the vocabulary")
	flag.IntVar(&recipe.Model.NLayer, "layers", recipe.Model.NLayer, "layers")
	flag.IntVar(&recipe.Model.NEmbd, "width", recipe.Model.NEmbd, "width of the embedding")
	flag.IntVar(&recipe.Model.NHead, "heads", recipe.Model.NHead, "attention heads")
	flag.Uint64Var(&recipe.Seed, "seed", recipe.Seed, "seed of the split and the first weights")
	settingsFlags("", &recipe.Base)
	settingsFlags("tune-", &recipe.Tune)
	tune := flag.Bool("tune", false, "tune on each side too")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := report(ctx, flag.Arg(0), recipe, *tune); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func settingsFlags(prefix string, s *training.Settings) {
	flag.IntVar(&s.BatchSize, prefix+"batch", s.BatchSize, "examples in a step")
	flag.IntVar(&s.Epochs, prefix+"epochs", s.Epochs, "passes over the text")
	flag.Float64Var(&s.LearningRate, prefix+"rate", s.LearningRate, "highest learning rate")
	flag.IntVar(&s.WarmupSteps, prefix+"warmup", s.WarmupSteps, "steps up to it")
	flag.Float64Var(&s.WeightDecay, prefix+"decay", s.WeightDecay, "weight decay")
	flag.Float64Var(&s.Beta2, prefix+"beta2", s.Beta2, "Adam's second beta")
	flag.IntVar(&s.EvalEvery, prefix+"eval", s.EvalEvery, "steps between evaluations")
	flag.IntVar(&s.EarlyStoppingPatience, prefix+"patience", s.EarlyStoppingPatience, "evaluations without a lower loss that end training; 0: none do")
	flag.Func(prefix+"dropout", "rate of dropout (default: the recipe's)", func(text string) error {
		s.Dropout = new(float64)
		_, err := fmt.Sscan(text, s.Dropout)
		return err
	})
}

func report(ctx context.Context, folder string, recipe run.Recipe, tune bool) error {
	if folder == "" {
		return fmt.Errorf("usage: recipe [options] CORPUS")
	}
	runs, err := os.MkdirTemp("", "recipe-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(runs) }()
	if err := os.Setenv(run.EnvRuns, runs); err != nil {
		return err
	}
	maker := work.New()
	s, err := study.NewWith(ctx, maker, study.Options{Corpus: folder, Name: "recipe"})
	if err != nil {
		return err
	}
	s.Recipe = recipe
	report := map[string]any{"vocabulary": recipe.VocabSize, "model": recipe.Model, "settings": recipe.Base, "tune_settings": recipe.Tune}
	if report["base"], err = measure(ctx, maker, s, func() (*modelling.Trained, error) { return s.Base(ctx) }); err != nil {
		return err
	}
	for _, side := range run.Sides {
		if !tune {
			break
		}
		if report[side.Folder()], err = measure(ctx, maker, s, func() (*modelling.Trained, error) { return s.FineTune(ctx, side) }); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

// measure trains a model and scores it on the held-out tweets of both sides.
func measure(ctx context.Context, maker task.Maker, s *study.Study, train func() (*modelling.Trained, error)) (result trained, err error) {
	// What training rests on is not counted.
	if _, err := s.DataSet(ctx, study.Right); err != nil {
		return result, err
	}
	used := cpu()
	model, err := train()
	if err != nil {
		return result, err
	}
	result.CPU = cpu() - used
	result.Steps, result.BestStep = model.History.GlobalStep, model.History.BestGlobalStep
	_, result.EvalLosses = model.History.EvalLoss()
	result.BitsPerByte = map[string]float64{}
	for _, side := range run.Sides {
		set, err := s.DataSet(ctx, side)
		if err != nil {
			return result, err
		}
		if result.BitsPerByte[side.Folder()], err = bitsPerByte(ctx, maker, model, set.Validation); err != nil {
			return result, err
		}
	}
	return result, nil
}

// bitsPerByte is the model's on tweets, each alone.
func bitsPerByte(ctx context.Context, maker task.Maker, model *modelling.Trained, part modelling.Part) (float64, error) {
	var texts []string
	for _, t := range part.Tweets {
		texts = append(texts, corpus.OneLine(t.TextClean))
	}
	tokenizer, err := bpe.Load(model.Folder())
	if err != nil {
		return 0, err
	}
	shape, err := config.Read(filepath.Join(model.Folder(), "config.json"))
	if err != nil {
		return 0, err
	}
	encoding, err := corpus.NewEncoding(tokenizer, shape.EOSTokenID)
	if err != nil {
		return 0, err
	}
	scores, err := maker.ScoreTokens(ctx, task.Model{Name: model.Name, Folder: model.Folder(), Encoding: encoding}, texts, nil)
	if err != nil {
		return 0, err
	}
	nats, bytes := 0.0, 0
	for _, score := range scores {
		nats += score.NLL
		bytes += score.Bytes
	}
	return nats / math.Ln2 / float64(bytes), nil
}

// cpu returns the seconds of processor time that this process has used.
func cpu() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return math.NaN()
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}
