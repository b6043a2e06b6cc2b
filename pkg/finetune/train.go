package finetune

import (
	"context"
	"errors"
	"fmt"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// RunOptions say where a run keeps its checkpoints and to whom it reports progress.
type RunOptions struct {
	// Dir is the folder for checkpoints. With "" there are none, and a run that was stopped
	// starts over.
	Dir string
	// Progress, when set, is called from the calling goroutine when a run goes on
	// from a checkpoint, and after each step, each log entry and each checkpoint.
	Progress func(training.Progress)
}

// stepsAhead is how many steps are queued on a GPU before the host waits for the loss of
// the first: enough that the GPU never waits for the host, few enough that stopping a run
// does not take long.
const stepsAhead = 8

// Train trains m on the blocks of train, the token ids of the whole training text, and
// measures its loss on eval, before training, every EvalEvery steps and at the end. eval
// may be empty. Trailing tokens that do not fill a block are dropped.
//
// With a checkpoint folder, a run that was stopped resumes from its last checkpoint if
// model, texts and settings are the same, and a finished run returns at once. When ctx
// ends, Train saves a checkpoint and returns the history so far and ctx's error, or why
// there is no checkpoint.
//
// On return, m holds the final weights (the best ones with LoadBestAtEnd), on the host.
// After any error other than ctx's, the weights of m must not be used.
func Train(ctx context.Context, be compute.Backend, m *gpt2.Model, train, eval []int32, s training.Settings, o RunOptions) (*training.History, error) {
	s = s.WithDefaults(m.Config.NPositions)
	h, err := trainChecked(ctx, be, m, train, eval, s, o)
	if err != nil {
		return h, fmt.Errorf("finetune: %w", err)
	}
	return h, nil
}

func trainChecked(ctx context.Context, be compute.Backend, m *gpt2.Model, train, eval []int32, s training.Settings, o RunOptions) (*training.History, error) {
	if err := s.Check(m.Config.NPositions); err != nil {
		return nil, err
	}
	if s.LoadBestAtEnd && (o.Dir == "" || len(eval) == 0) {
		return nil, errors.New("LoadBestAtEnd needs a checkpoint folder and a text to evaluate on")
	}
	if s.EarlyStoppingPatience > 0 && len(eval) == 0 {
		return nil, errors.New("EarlyStoppingPatience needs a text to evaluate on")
	}
	if err := errors.Join(checkIDs("training", train, m.Config), checkIDs("evaluation", eval, m.Config)); err != nil {
		return nil, err
	}
	batches, err := newBatches(train, s)
	if err != nil {
		return nil, err
	}
	mark, err := fingerprint(m, train, eval, s)
	if err != nil {
		return nil, err
	}
	r := &run{settings: s, options: o, model: m, batches: batches, evalBlocks: evalBlocks(eval, s.BlockSize), steps: s.MaxSteps, ahead: 1}
	if backend.OnCUDA(be) {
		r.ahead = stepsAhead
	}
	if r.steps == 0 {
		r.steps = s.Epochs * batches.StepsPerEpoch()
	}
	if r.stepper, err = newStepper(be, m, s); err != nil {
		return nil, err
	}
	defer r.stepper.close()
	if r.scorer, err = newScorer(be, m.Computing(computing(s)), s.EvalBatchSize, s.BlockSize); err != nil {
		return nil, err
	}
	defer r.scorer.close()
	defer r.toHost()

	if err := r.begin(mark); err != nil {
		return nil, err
	}
	if !r.history.Done() {
		if err := prepareFolder(o.Dir); err != nil {
			return nil, err
		}
	}
	r.history.TrainTokens = len(train) - len(train)%s.BlockSize
	err = r.loop(ctx)
	if stopped := ctx.Err(); stopped != nil && errors.Is(err, stopped) {
		if failed := errors.Join(r.settle(), r.save()); failed != nil {
			err = fmt.Errorf("stopped at step %d without a checkpoint of it: %w", r.history.GlobalStep, failed)
		}
	}
	return r.history, err
}

// newBatches cuts the training text into the batches of steps.
func newBatches(train []int32, s training.Settings) (*corpus.Batches, error) {
	size := s.BatchSize * s.GradientAccumulation
	if s.EndOfText != nil {
		return corpus.NewBatchesOfTexts(train, *s.EndOfText, s.BlockSize, size, s.Seed)
	}
	return corpus.NewBatches(corpus.Blocks(train, s.BlockSize), size, s.Seed)
}

// checkIDs rejects ids outside the model's vocabulary.
func checkIDs(name string, ids []int32, config gpt2.Config) error {
	for i, id := range ids {
		if id < 0 || int(id) >= config.VocabSize {
			return fmt.Errorf("token %d of the %s text is %d, but the model knows %d tokens: was it encoded with the model's tokenizer?", i, name, id, config.VocabSize)
		}
	}
	return nil
}

// evalBlocks cuts the evaluation text as the training text is cut. A text shorter
// than one block is one short block.
func evalBlocks(ids []int32, size int) [][]int32 {
	blocks := corpus.Blocks(ids, size)
	if len(blocks) == 0 && len(ids) > 1 {
		return [][]int32{ids}
	}
	return blocks
}
