package training

import (
	"encoding/json"
	"testing"
)

// Runs are told apart by the JSON of their settings: were it to change by a byte, what
// is finished would be done again.
func TestJSONStays(t *testing.T) {
	half, end, loss := 0.5, int32(7), 2.25
	settings := Settings{
		BlockSize: 1, BatchSize: 2, EvalBatchSize: 3, GradientAccumulation: 4, Epochs: 5, MaxSteps: 6,
		LearningRate: 5e-5, WarmupSteps: 8, WeightDecay: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, MaxGradNorm: -1,
		Dropout: &half, EvalEvery: 9, LogEvery: 10, SaveEvery: 11, LoadBestAtEnd: true,
		EarlyStoppingPatience: 12, EarlyStoppingThreshold: 0.125, BFloat16: true, GradientCheckpointing: true,
		EndOfText: &end, Seed: 13,
	}
	full := `{"block_size":1,"per_device_train_batch_size":2,"per_device_eval_batch_size":3,"gradient_accumulation_steps":4,` +
		`"num_train_epochs":5,"max_steps":6,"learning_rate":0.00005,"warmup_steps":8,"weight_decay":0.01,"adam_beta1":0.9,` +
		`"adam_beta2":0.999,"adam_epsilon":1e-8,"max_grad_norm":-1,"dropout":0.5,"eval_steps":9,"logging_steps":10,"save_steps":11,` +
		`"load_best_model_at_end":true,"early_stopping_patience":12,"early_stopping_threshold":0.125,"bf16":true,` +
		`"gradient_checkpointing":true,"end_of_text":7,"seed":13}`
	none := `{"block_size":0,"per_device_train_batch_size":0,"per_device_eval_batch_size":0,"gradient_accumulation_steps":0,` +
		`"num_train_epochs":0,"max_steps":0,"learning_rate":0,"warmup_steps":0,"weight_decay":0,"adam_beta1":0,"adam_beta2":0,` +
		`"adam_epsilon":0,"max_grad_norm":0,"dropout":null,"eval_steps":0,"logging_steps":0,"save_steps":0,` +
		`"load_best_model_at_end":false,"early_stopping_patience":0,"early_stopping_threshold":0,"bf16":false,` +
		`"gradient_checkpointing":false,"seed":0}`
	history := `{"global_step":1,"max_steps":0,"epoch":0.5,"num_train_epochs":0,"train_batch_size":0,"logging_steps":0,"eval_steps":0,` +
		`"save_steps":0,"best_metric":2.25,"best_global_step":1,"best_model_checkpoint":"","log_history":[` +
		`{"step":1,"epoch":0.5,"eval_loss":2.25},{"step":1,"epoch":0.5,"train_loss":2.25,"train_runtime":3}],` +
		`"settings":` + none + `,"data_fingerprint":"f","train_tokens":0,"eval_tokens":0,"loss_sum":0,"pending_loss":0,"pending_steps":0}`
	for want, value := range map[string]any{
		full: settings,
		none: Settings{},
		history: &History{GlobalStep: 1, Epoch: 0.5, BestMetric: &loss, BestGlobalStep: 1, Fingerprint: "f", ResumedFrom: 4, LogHistory: []Entry{
			{Step: 1, Epoch: 0.5, EvalLoss: &loss}, {Step: 1, Epoch: 0.5, TrainLoss: &loss, TrainRuntime: 3},
		}},
	} {
		got, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%T is\n%s, want\n%s", value, got, want)
		}
	}
}
