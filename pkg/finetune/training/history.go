package training

// History is what a training run logged. Its JSON is Hugging Face's
// trainer_state.json, with a few fields more.
type History struct {
	GlobalStep     int     `json:"global_step"` // steps done
	MaxSteps       int     `json:"max_steps"`   // steps wanted
	Epoch          float64 `json:"epoch"`
	NumTrainEpochs int     `json:"num_train_epochs"`
	TrainBatchSize int     `json:"train_batch_size"`
	LoggingSteps   int     `json:"logging_steps"`
	EvalSteps      int     `json:"eval_steps"`
	SaveSteps      int     `json:"save_steps"`

	BestMetric          *float64 `json:"best_metric"`           // lowest evaluation loss
	BestGlobalStep      int      `json:"best_global_step"`      // when it was measured
	BestModelCheckpoint string   `json:"best_model_checkpoint"` // name of the best of the checkpoints that were saved

	LogHistory []Entry `json:"log_history"`

	Settings    Settings `json:"settings"`         // with defaults filled in
	Fingerprint string   `json:"data_fingerprint"` // of settings, texts and first weights
	TrainTokens int      `json:"train_tokens"`     // tokens of the training text that blocks hold
	EvalTokens  int      `json:"eval_tokens"`      // tokens that an evaluation scores

	// Sums of losses, for a run that resumes here: over all steps, and over those since the
	// last log entry.
	LossSum      float64 `json:"loss_sum"`
	PendingLoss  float64 `json:"pending_loss"`
	PendingSteps int     `json:"pending_steps"`

	// ResumedFrom is the step from which this call went on; 0 if it began anew.
	ResumedFrom int `json:"-"`
}

// Entry is one line of the log; fields that do not apply are nil or 0.
type Entry struct {
	Step  int     `json:"step"`
	Epoch float64 `json:"epoch"`

	Loss         *float64 `json:"loss,omitempty"`          // mean of the steps since the last such entry
	LearningRate *float64 `json:"learning_rate,omitempty"` // after this step, as Hugging Face logs it
	GradNorm     *float64 `json:"grad_norm,omitempty"`     // of this step, before clipping

	EvalLoss    *float64 `json:"eval_loss,omitempty"`
	EvalRuntime float64  `json:"eval_runtime,omitempty"` // seconds

	TrainLoss    *float64 `json:"train_loss,omitempty"`    // mean of all steps, in the last entry
	TrainRuntime float64  `json:"train_runtime,omitempty"` // seconds of this call, in the last entry

	TokensPerSecond float64 `json:"tokens_per_second,omitempty"` // of training steps alone
}

// TrainLoss returns the logged training losses and the steps at which they were
// logged.
func (h *History) TrainLoss() (steps []int, losses []float64) {
	return h.series(func(e Entry) *float64 { return e.Loss })
}

// EvalLoss returns the evaluation losses and the steps after which they were
// measured; step 0 is before training.
func (h *History) EvalLoss() (steps []int, losses []float64) {
	return h.series(func(e Entry) *float64 { return e.EvalLoss })
}

func (h *History) series(value func(Entry) *float64) (steps []int, values []float64) {
	for _, e := range h.LogHistory {
		if v := value(e); v != nil {
			steps, values = append(steps, e.Step), append(values, *v)
		}
	}
	return steps, values
}

// Done tells whether training came to its end.
func (h *History) Done() bool {
	return len(h.LogHistory) > 0 && h.LogHistory[len(h.LogHistory)-1].TrainLoss != nil
}
