package training

import (
	"cmp"
	"errors"
	"fmt"
)

// Settings say how to train. The zero value of a field means its default,
// which is that of Hugging Face's Trainer where it has one.
type Settings struct {
	BlockSize     int `json:"block_size"`                  // tokens in a training example (default: the model's positions)
	BatchSize     int `json:"per_device_train_batch_size"` // examples in a step (default 8)
	EvalBatchSize int `json:"per_device_eval_batch_size"`  // examples scored at once (default: BatchSize)

	// GradientAccumulation is the number of batches that make a step (default 1): a
	// step is then that of BatchSize·GradientAccumulation examples, in less memory.
	GradientAccumulation int `json:"gradient_accumulation_steps"`

	Epochs   int `json:"num_train_epochs"` // passes over the training text (default 3)
	MaxSteps int `json:"max_steps"`        // steps in all; when above 0 it overrides Epochs

	LearningRate float64 `json:"learning_rate"` // its highest value (default 5e-5)
	WarmupSteps  int     `json:"warmup_steps"`  // steps from 0 up to LearningRate
	WeightDecay  float64 `json:"weight_decay"`
	Beta1        float64 `json:"adam_beta1"`    // default 0.9
	Beta2        float64 `json:"adam_beta2"`    // default 0.999
	Epsilon      float64 `json:"adam_epsilon"`  // default 1e-8
	MaxGradNorm  float64 `json:"max_grad_norm"` // default 1; below 0 gradients are not clipped

	// Dropout, when set, replaces the model's three dropout rates while it trains.
	Dropout *float64 `json:"dropout"`

	EvalEvery int `json:"eval_steps"`    // steps between evaluations (default: only before and after)
	LogEvery  int `json:"logging_steps"` // steps between log entries (default 10)
	SaveEvery int `json:"save_steps"`    // steps between checkpoints (default: only when stopped and at the end)

	// LoadBestAtEnd gives the model of the lowest evaluation loss instead of the
	// last. It needs a checkpoint folder, and a checkpoint at each improvement.
	LoadBestAtEnd bool `json:"load_best_model_at_end"`

	// EarlyStoppingPatience ends training after this many evaluations in a row that did not
	// improve on the lowest loss so far by more than EarlyStoppingThreshold; 0 means never.
	// It needs an evaluation text and EvalEvery.
	EarlyStoppingPatience  int     `json:"early_stopping_patience"`
	EarlyStoppingThreshold float64 `json:"early_stopping_threshold"`

	// BFloat16 multiplies matrices in bfloat16; weights, moments, normalisation,
	// softmax and loss stay in float32.
	BFloat16 bool `json:"bf16"`
	// GradientCheckpointing keeps only the input of each layer for the backward pass and
	// recomputes the rest: less memory, more time, the same numbers.
	GradientCheckpointing bool `json:"gradient_checkpointing"`

	// EndOfText, when set, is the token that ends each text in the training data. The texts
	// are then shuffled in each epoch before they are cut into blocks; otherwise blocks are
	// cut once, and the blocks are shuffled.
	EndOfText *int32 `json:"end_of_text,omitempty"`

	Seed uint64 `json:"seed"` // of the order of blocks or texts and of dropout
}

// WithDefaults fills in the zero fields, for a model with the given number of positions.
func (s Settings) WithDefaults(positions int) Settings {
	s.BlockSize = cmp.Or(s.BlockSize, positions)
	s.BatchSize = cmp.Or(s.BatchSize, 8)
	s.EvalBatchSize = cmp.Or(s.EvalBatchSize, s.BatchSize)
	s.GradientAccumulation = cmp.Or(s.GradientAccumulation, 1)
	s.Epochs = cmp.Or(s.Epochs, 3)
	s.LearningRate = cmp.Or(s.LearningRate, 5e-5)
	s.Beta1 = cmp.Or(s.Beta1, 0.9)
	s.Beta2 = cmp.Or(s.Beta2, 0.999)
	s.Epsilon = cmp.Or(s.Epsilon, 1e-8)
	s.MaxGradNorm = cmp.Or(s.MaxGradNorm, 1)
	s.LogEvery = cmp.Or(s.LogEvery, 10)
	return s
}

// Check returns, joined, every reason why s, with its defaults, cannot train a model with
// the given number of positions.
func (s Settings) Check(positions int) error {
	var wrong []error
	require := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	require(s.BlockSize >= 2 && s.BlockSize <= positions,
		"BlockSize is %d: must be from 2 to the model's %d positions", s.BlockSize, positions)
	require(s.BatchSize > 0, "BatchSize is %d: must be above 0", s.BatchSize)
	require(s.EvalBatchSize > 0, "EvalBatchSize is %d: must be above 0", s.EvalBatchSize)
	require(s.GradientAccumulation > 0, "GradientAccumulation is %d: must be above 0", s.GradientAccumulation)
	require(s.Epochs > 0, "Epochs is %d: must be above 0", s.Epochs)
	require(s.MaxSteps >= 0, "MaxSteps is %d: must not be negative", s.MaxSteps)
	require(s.LearningRate > 0, "LearningRate is %v: must be above 0", s.LearningRate)
	require(s.WarmupSteps >= 0, "WarmupSteps is %d: must not be negative", s.WarmupSteps)
	require(s.WeightDecay >= 0, "WeightDecay is %v: must not be negative", s.WeightDecay)
	require(s.Beta1 > 0 && s.Beta1 < 1, "Beta1 is %v: must be between 0 and 1", s.Beta1)
	require(s.Beta2 > 0 && s.Beta2 < 1, "Beta2 is %v: must be between 0 and 1", s.Beta2)
	require(s.Epsilon > 0, "Epsilon is %v: must be above 0", s.Epsilon)
	require(s.EarlyStoppingPatience >= 0 && s.EarlyStoppingThreshold >= 0,
		"EarlyStoppingPatience %d and EarlyStoppingThreshold %v must not be negative", s.EarlyStoppingPatience, s.EarlyStoppingThreshold)
	require(s.EarlyStoppingPatience == 0 || s.EvalEvery > 0, "EarlyStoppingPatience needs EvalEvery above 0")
	require(s.Dropout == nil || *s.Dropout >= 0 && *s.Dropout < 1, "Dropout must be at least 0 and below 1")
	require(s.EvalEvery >= 0 && s.LogEvery > 0 && s.SaveEvery >= 0,
		"EvalEvery %d, LogEvery %d and SaveEvery %d must not be negative", s.EvalEvery, s.LogEvery, s.SaveEvery)
	return errors.Join(wrong...)
}
