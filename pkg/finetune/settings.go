package finetune

import (
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// What says how to train and what came of it needs no engine, and stands apart.
type (
	Settings = training.Settings
	History  = training.History
	Entry    = training.Entry
	Progress = training.Progress
)

// computing says how the model is trained to compute.
func computing(s Settings) gpt2.Compute {
	return gpt2.Compute{BFloat16: s.BFloat16, Checkpoint: s.GradientCheckpointing}
}

// dropoutRates returns those of the training of a model.
func dropoutRates(s Settings, config gpt2.Config) gpt2.DropoutRates {
	if s.Dropout == nil {
		return config.Dropout()
	}
	return gpt2.DropoutRates{Embeddings: *s.Dropout, Attention: *s.Dropout, Residual: *s.Dropout}
}
