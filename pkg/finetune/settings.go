package finetune

import (
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// computing says how the model computes in training.
func computing(s training.Settings) gpt2.Compute {
	return gpt2.Compute{BFloat16: s.BFloat16, Checkpoint: s.GradientCheckpointing}
}

// dropoutRates returns the rates used to train a model.
func dropoutRates(s training.Settings, config gpt2.Config) gpt2.DropoutRates {
	if s.Dropout == nil {
		return config.Dropout()
	}
	return gpt2.DropoutRates{Embeddings: *s.Dropout, Attention: *s.Dropout, Residual: *s.Dropout}
}
