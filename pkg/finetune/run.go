package finetune

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/backend/memory"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Errors of a step that a setting mends. The last checkpoint is kept.
var (
	// ErrOutOfMemory says that the device has too little memory for a step or an evaluation.
	ErrOutOfMemory = errors.New("out of memory: lower BatchSize, for which a higher GradientAccumulation makes up, or BlockSize, or set GradientCheckpointing; in evaluations lower EvalBatchSize")
	// ErrNoFlashAttention says that the GPU cannot compute flash attention, though it is of a
	// kind that should.
	ErrNoFlashAttention = errors.New("flash attention cannot be computed here: turn it off")
)

// explained turns an engine's errors into those that a setting mends. Only flash attention
// takes cuDNN, so an error that names it is one of flash attention.
func explained(err error) error {
	text := strings.ToLower(err.Error())
	switch {
	case memory.Exhausted(err):
		return fmt.Errorf("%w: %w", ErrOutOfMemory, err)
	case strings.Contains(text, "cudnn") || strings.Contains(text, "fmha"):
		return fmt.Errorf("%w: %w", ErrNoFlashAttention, err)
	}
	return err
}

// run is the state of one call of Train.
type run struct {
	settings   training.Settings
	options    RunOptions
	history    *training.History
	steps      int // of the whole run
	model      *gpt2.Model
	batches    *corpus.Batches
	evalBlocks [][]int32
	stepper    *stepper
	scorer     *scorer

	ahead      int          // how many steps the device may be behind the host
	pending    []stepResult // those whose numbers were not read yet
	gradNorm   float64      // of the last step that was read
	savedStep  int          // of the last checkpoint; −1 before the first
	started    time.Time
	all, since pace // in this call, and since the last log entry
}

// pace measures the speed of the steps, except the first of a call, which compiles.
type pace struct {
	steps int
	time  time.Duration
}

// add notes one more step.
func (p *pace) add(d time.Duration) { p.steps++; p.time += d }

func (r *run) tokensPerSecond(p pace) float64 {
	if p.time <= 0 {
		return 0
	}
	return float64(p.steps*r.settings.BatchSize*r.settings.GradientAccumulation*r.settings.BlockSize) / p.time.Seconds()
}

// begin finds the checkpoint to go on from, or starts a new history.
func (r *run) begin(mark string) error {
	r.started, r.savedStep = time.Now(), -1
	if r.options.Dir != "" {
		name, h, err := findCheckpoint(r.options.Dir, mark)
		if err != nil {
			return err
		}
		if h != nil {
			path := filepath.Join(r.options.Dir, name)
			if err := errors.Join(loadWeights(path, r.model), r.stepper.readMoments(path)); err != nil {
				return fmt.Errorf("checkpoint %s cannot be resumed (delete the folder to begin anew): %w", path, err)
			}
			debug.FreeOSMemory() // the checkpoint is in memory twice, and the device needs room
			h.ResumedFrom = h.GlobalStep
			r.history, r.savedStep = h, h.GlobalStep
			r.tell(training.Progress{})
			return nil
		}
	}
	r.history = &training.History{
		MaxSteps: r.steps, NumTrainEpochs: r.settings.Epochs, TrainBatchSize: r.settings.BatchSize,
		LoggingSteps: r.settings.LogEvery, EvalSteps: r.settings.EvalEvery, SaveSteps: r.settings.SaveEvery,
		Settings: r.settings, Fingerprint: mark,
	}
	return nil
}

// loop trains to the end, or until ctx ends.
func (r *run) loop(ctx context.Context) error {
	if r.history.Done() {
		return r.loadBest()
	}
	if err := r.evaluateIfDue(ctx); err != nil {
		return err
	}
	for r.history.GlobalStep < r.steps && !r.stale() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.step(); err != nil {
			return err
		}
		if r.history.GlobalStep%r.settings.LogEvery == 0 || r.history.GlobalStep == r.steps {
			if err := r.log(); err != nil {
				return err
			}
		}
		if err := r.evaluateIfDue(ctx); err != nil {
			return err
		}
		if r.settings.SaveEvery > 0 && r.history.GlobalStep%r.settings.SaveEvery == 0 && r.history.GlobalStep < r.steps {
			if err := r.save(); err != nil {
				return err
			}
		}
		r.tell(training.Progress{})
	}
	if r.history.PendingSteps > 0 { // it stopped early
		if err := r.log(); err != nil {
			return err
		}
	}
	mean := r.history.LossSum / float64(r.history.GlobalStep)
	r.add(training.Entry{TrainLoss: &mean, TrainRuntime: time.Since(r.started).Seconds(), TokensPerSecond: r.tokensPerSecond(r.all)})
	r.savedStep = -1 // a checkpoint of this step lacks that entry
	if err := r.save(); err != nil {
		return err
	}
	return r.loadBest()
}

// step runs one training step, and reads the numbers of an earlier one, so that the
// device has work while the host prepares the next.
func (r *run) step() error {
	step, begin := r.history.GlobalStep, time.Now()
	result, err := r.stepper.run(r.batches.At(step), step, r.settings.LearningRateAt(step, r.steps))
	if err != nil {
		return explained(err)
	}
	if step == r.history.ResumedFrom {
		// The device has its own weights now: the host's copy, just as large, is garbage.
		debug.FreeOSMemory()
	} else {
		r.all.add(time.Since(begin))
		r.since.add(time.Since(begin))
	}
	if err := r.settleBut(r.ahead - 1); err != nil {
		return err
	}
	r.pending = append(r.pending, result)
	r.history.GlobalStep++
	r.history.Epoch = float64(r.history.GlobalStep) / float64(r.batches.StepsPerEpoch())
	return nil
}

// settle reads the numbers of all pending steps.
func (r *run) settle() error { return r.settleBut(0) }

// settleBut reads the numbers of all pending steps except the last n.
func (r *run) settleBut(n int) error {
	for len(r.pending) > n {
		number := r.history.GlobalStep - len(r.pending) + 1
		begin := time.Now()
		loss, norm, err := r.pending[0].read()
		r.pending = r.pending[1:]
		if err != nil {
			return fmt.Errorf("training step %d: %w", number, explained(err))
		}
		if bad := loss + norm; math.IsNaN(bad) || math.IsInf(bad, 0) {
			return fmt.Errorf("training diverged at step %d (loss %v, gradient norm %v): try a lower LearningRate or more WarmupSteps", number, loss, norm)
		}
		if r.all.steps > 0 {
			r.all.time += time.Since(begin)
			r.since.time += time.Since(begin)
		}
		r.history.LossSum += loss
		r.history.PendingLoss += loss
		r.history.PendingSteps++
		r.gradNorm = norm
	}
	return nil
}

// log adds an entry for the steps since the last one.
func (r *run) log() error {
	if err := r.settle(); err != nil {
		return err
	}
	loss := r.history.PendingLoss / float64(r.history.PendingSteps)
	rate := r.settings.LearningRateAt(r.history.GlobalStep, r.steps)
	norm := r.gradNorm
	r.history.PendingLoss, r.history.PendingSteps = 0, 0
	r.add(training.Entry{Loss: &loss, LearningRate: &rate, GradNorm: &norm, TokensPerSecond: r.tokensPerSecond(r.since)})
	r.since = pace{}
	return nil
}

// evaluateIfDue measures the loss on the evaluation text where this step asks
// for it and the log does not hold it yet.
func (r *run) evaluateIfDue(ctx context.Context) error {
	due := r.history.GlobalStep == 0 || r.history.GlobalStep == r.steps || r.settings.EvalEvery > 0 && r.history.GlobalStep%r.settings.EvalEvery == 0
	if !due || len(r.evalBlocks) == 0 {
		return nil
	}
	if steps, _ := r.history.EvalLoss(); len(steps) > 0 && steps[len(steps)-1] == r.history.GlobalStep {
		return nil
	}
	if err := r.settle(); err != nil {
		return err
	}
	begin := time.Now()
	loss, tokens, err := r.scorer.meanLoss(ctx, r.evalBlocks)
	if err != nil {
		return explained(err)
	}
	r.history.EvalTokens = tokens
	better := r.history.BestMetric == nil || loss < *r.history.BestMetric
	if better {
		r.history.BestMetric, r.history.BestGlobalStep = &loss, r.history.GlobalStep
	}
	r.add(training.Entry{EvalLoss: &loss, EvalRuntime: time.Since(begin).Seconds()})
	if better && r.settings.LoadBestAtEnd && r.history.GlobalStep < r.steps {
		return r.save()
	}
	return nil
}

// stale tells whether the evaluation loss has not improved in the last
// EarlyStoppingPatience evaluations, which ends training, by the rule of transformers'
// EarlyStoppingCallback.
func (r *run) stale() bool {
	_, losses := r.history.EvalLoss()
	lowest, since := math.Inf(1), 0
	for _, loss := range losses {
		if loss < lowest-r.settings.EarlyStoppingThreshold {
			since = 0
		} else {
			since++
		}
		lowest = min(lowest, loss)
	}
	return r.settings.EarlyStoppingPatience > 0 && since >= r.settings.EarlyStoppingPatience
}

// add appends an entry to the log and reports it.
func (r *run) add(e training.Entry) {
	e.Step, e.Epoch = r.history.GlobalStep, r.history.Epoch
	r.history.LogHistory = append(r.history.LogHistory, e)
	r.tell(training.Progress{Entry: &e})
}

// save writes a checkpoint, unless this step has one or no folder was given.
func (r *run) save() error {
	if r.options.Dir == "" || r.savedStep == r.history.GlobalStep {
		return nil
	}
	if err := r.settle(); err != nil {
		return err
	}
	name, err := saveCheckpoint(r.options.Dir, r.stepper, r.history)
	if err != nil {
		return fmt.Errorf("saving the checkpoint of step %d: %w", r.history.GlobalStep, err)
	}
	r.savedStep = r.history.GlobalStep
	r.tell(training.Progress{Saved: name})
	return nil
}

// loadBest gives the model its best weights, if that was asked for.
func (r *run) loadBest() error {
	if !r.settings.LoadBestAtEnd || r.history.BestGlobalStep == r.history.GlobalStep {
		return nil
	}
	return loadWeights(filepath.Join(r.options.Dir, r.history.BestModelCheckpoint), r.model)
}

// tell completes p and hands it to the caller.
func (r *run) tell(p training.Progress) {
	if r.options.Progress == nil {
		return
	}
	p.Step, p.Steps, p.ResumedFrom, p.Log = r.history.GlobalStep, r.steps, r.history.ResumedFrom, r.history.LogHistory
	p.TokensPerSecond = r.tokensPerSecond(r.all)
	if r.all.steps > 0 {
		p.Left = r.all.time / time.Duration(r.all.steps) * time.Duration(p.Steps-p.Step)
	}
	r.options.Progress(p)
}

// toHost moves the weights off the device, so that the model outlives the engine.
func (r *run) toHost() {
	for _, p := range r.model.Parameters() {
		if value, err := p.Variable.Value(); err == nil {
			_ = value.ToLocal() // if it cannot be moved it stays usable where it is
		}
	}
}
