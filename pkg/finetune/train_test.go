package finetune

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// resumable is a run of 12 steps, with dropout, over more than one epoch.
func resumable() (train, eval []int32, s training.Settings) {
	rng := rand.New(rand.NewPCG(3, 4))
	ids := func(n int) []int32 {
		list := make([]int32, n)
		for i := range list {
			list[i] = int32(3 + rng.IntN(93))
		}
		return list
	}
	return ids(16*11 + 5), ids(70), training.Settings{
		BlockSize: 16, BatchSize: 2, EvalBatchSize: 3, MaxSteps: 12, LearningRate: 2e-3, WarmupSteps: 3, WeightDecay: 0.01,
		EvalEvery: 4, LogEvery: 3, SaveEvery: 2, Seed: 5,
	}
}

// untimed is a history without what differs from run to run.
func untimed(h *training.History) training.History {
	plain := *h
	plain.ResumedFrom = 0
	plain.LogHistory = slices.Clone(h.LogHistory)
	for i := range plain.LogHistory {
		e := &plain.LogHistory[i]
		e.EvalRuntime, e.TrainRuntime, e.TokensPerSecond = 0, 0, 0
	}
	return plain
}

// checkSameRun tells whether two runs logged the same and made the same weights,
// to the last bit.
func checkSameRun(t *testing.T, got, want *training.History, gotModel, wantModel *gpt2.Model) {
	t.Helper()
	a, err := json.Marshal(untimed(got))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(untimed(want))
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Errorf("history\n%s\nwant\n%s", a, b)
	}
	if !reflect.DeepEqual(weights(t, gotModel), weights(t, wantModel)) {
		t.Error("the weights differ")
	}
}

func straight(t *testing.T) (*training.History, *gpt2.Model) { return straightOn(t, "go") }

func straightOn(t *testing.T, engine string) (*training.History, *gpt2.Model) {
	t.Helper()
	train, eval, s := resumable()
	m := tiny(t)
	h, err := Train(t.Context(), openEngine(t, engine), m, train, eval, s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return h, m
}

func TestStoppedRunGoesOnAsIfItHadNotBeen(t *testing.T) {
	t.Run("this machine's engine", func(t *testing.T) { stopAndGoOn(t, "", 5) })
	// Stopped after a step, while evaluating before the first step (0), and after
	// the last step.
	t.Run("pure Go", func(t *testing.T) { stopAndGoOn(t, "go", 0, 5, 8, 12) })
}

func stopAndGoOn(t *testing.T, engineName string, steps ...int) {
	want, wantModel := straightOn(t, engineName)
	train, eval, s := resumable()
	for _, stopAt := range steps {
		engine := openEngine(t, engineName)
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		if stopAt == 0 {
			cancel()
		}
		h, err := Train(ctx, engine, tiny(t), train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			if p.Step == stopAt {
				cancel()
			}
		}})
		cancel()
		if !errors.Is(err, context.Canceled) && stopAt < 12 {
			t.Fatalf("stopped at %d: error %v", stopAt, err)
		}
		if h == nil || h.GlobalStep != stopAt {
			t.Fatalf("stopped at %d: history %+v", stopAt, h)
		}
		m, first := tiny(t), (*training.Progress)(nil)
		before := len(h.LogHistory)
		h, err = Train(t.Context(), engine, m, train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			if first == nil {
				first = &p
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if stopAt > 0 && (first.Step != stopAt || len(first.Log) != before) {
			t.Errorf("stopped at %d: the first report is of step %d with %d log entries, want %d", stopAt, first.Step, len(first.Log), before)
		}
		if h.ResumedFrom != stopAt {
			t.Errorf("stopped at %d: went on from %d", stopAt, h.ResumedFrom)
		}
		want.BestModelCheckpoint = h.BestModelCheckpoint // the straight run had no folder
		checkSameRun(t, h, want, m, wantModel)

		// Asked once more it returns at once with the same.
		m = tiny(t)
		h, err = Train(t.Context(), engine, m, train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			if p.Entry != nil || p.Saved != "" {
				t.Errorf("a finished run did something: %+v", p)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		checkSameRun(t, h, want, m, wantModel)
	}
}

const killDir = "HEMICICLO_TEST_KILL_DIR"

// The process is killed for good, while it trains, by SIGKILL.
func TestKilledRunGoesOn(t *testing.T) {
	train, eval, s := resumable()
	if dir := os.Getenv(killDir); dir != "" {
		_, err := Train(t.Context(), openEngine(t, "go"), tiny(t), train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			if p.Step == 7 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
		}})
		t.Fatalf("still alive: %v", err)
	}
	dir := t.TempDir()
	// What a run killed while saving leaves behind.
	if err := os.MkdirAll(filepath.Join(dir, unfinished, "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledRunGoesOn$")
	child.Env = append(os.Environ(), killDir+"="+dir)
	out, err := child.CombinedOutput()
	if err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child was not killed: %v\n%s", err, out)
	}
	want, wantModel := straight(t)
	m := tiny(t)
	h, err := Train(t.Context(), openEngine(t, "go"), m, train, eval, s, RunOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if h.ResumedFrom != 6 {
		t.Errorf("went on from %d", h.ResumedFrom)
	}
	want.BestModelCheckpoint = h.BestModelCheckpoint
	checkSameRun(t, h, want, m, wantModel)
}

func TestCheckpointsOfOtherRunsAreNotGoneOnFrom(t *testing.T) {
	engine := openEngine(t, "go")
	train, eval, s := resumable()
	s.MaxSteps, s.SaveEvery = 4, 0
	dir := t.TempDir()
	runs := map[string]func(m *gpt2.Model, train, eval []int32, s training.Settings) (*training.History, error){
		"other seed": func(m *gpt2.Model, train, eval []int32, s training.Settings) (*training.History, error) {
			s.Seed++
			return Train(t.Context(), engine, m, train, eval, s, RunOptions{Dir: dir})
		},
		"other text": func(m *gpt2.Model, train, eval []int32, s training.Settings) (*training.History, error) {
			train = slices.Clone(train)
			train[0]++
			return Train(t.Context(), engine, m, train, eval, s, RunOptions{Dir: dir})
		},
		"other weights": func(m *gpt2.Model, train, eval []int32, s training.Settings) (*training.History, error) {
			other, err := gpt2.New(m.Config, 1)
			if err != nil {
				return nil, err
			}
			return Train(t.Context(), engine, other, train, eval, s, RunOptions{Dir: dir})
		},
	}
	for name, run := range runs {
		if _, err := Train(t.Context(), engine, tiny(t), train, eval, s, RunOptions{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		h, err := run(tiny(t), train, eval, s)
		if err != nil {
			t.Fatal(err)
		}
		if h.ResumedFrom != 0 || h.GlobalStep != 4 {
			t.Errorf("%s: went on from step %d to %d", name, h.ResumedFrom, h.GlobalStep)
		}
	}
	if steps, err := checkpointSteps(dir); err != nil || !slices.Equal(steps, []int{4}) {
		t.Errorf("left checkpoints %v, %v", steps, err)
	}
}

func TestDamagedCheckpointIsNamed(t *testing.T) {
	engine := openEngine(t, "go")
	train, eval, s := resumable()
	s.MaxSteps = 2
	for file, damage := range map[string]func([]byte) []byte{
		momentsFile:         func(b []byte) []byte { b[100] ^= 1; return b },
		stateFile:           func(b []byte) []byte { return b[:len(b)/2] },
		"model.safetensors": func(b []byte) []byte { return b[:len(b)-8] },
	} {
		dir := t.TempDir()
		if _, err := Train(t.Context(), engine, tiny(t), train, eval, s, RunOptions{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "checkpoint-2", file)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, damage(data), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err = Train(t.Context(), engine, tiny(t), train, eval, s, RunOptions{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "delete the folder") {
			t.Errorf("%s damaged: error %v", file, err)
		}
	}
}

// unlearning is a run whose best weights are not the last: a text that is all the
// same token is learnt at once and the other is then unlearnt.
func unlearning() (train, eval []int32, s training.Settings) {
	train, eval = make([]int32, 64), make([]int32, 64)
	for i := range train {
		train[i], eval[i] = 7, int32(20+i%3)
	}
	return train, eval, training.Settings{BlockSize: 16, BatchSize: 2, MaxSteps: 6, LearningRate: 1e-2, EvalEvery: 2, SaveEvery: 3}
}

func TestLoadBestAtEnd(t *testing.T) {
	engine := openEngine(t, "go")
	train, eval, s := unlearning()
	s.LoadBestAtEnd = true
	dir := t.TempDir()
	for range 2 { // the second time from the finished run
		m := tiny(t)
		h, err := Train(t.Context(), engine, m, train, eval, s, RunOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		_, losses := h.EvalLoss()
		best := slices.Min(losses)
		if best == losses[len(losses)-1] || *h.BestMetric != best {
			t.Fatalf("evaluation losses %v, best %v", losses, *h.BestMetric)
		}
		scorer, err := newScorer(engine, m, 2, 16)
		if err != nil {
			t.Fatal(err)
		}
		loss, _, err := scorer.meanLoss(t.Context(), evalBlocks(eval, 16))
		scorer.close()
		if err != nil || loss != best {
			t.Errorf("the model left has loss %v, the best %v (%v)", loss, best, err)
		}
	}
	if steps, err := checkpointSteps(dir); err != nil || len(steps) != 2 {
		t.Errorf("checkpoints %v, %v: want the best and the last", steps, err)
	}
	if _, err := Train(t.Context(), engine, tiny(t), train, nil, s, RunOptions{Dir: dir}); err == nil {
		t.Error("the best by no evaluation was asked for without an error")
	}
}

func TestTrainRefusesWhatCannotBe(t *testing.T) {
	engine := openEngine(t, "go")
	train, eval, good := resumable()
	high := 1.5
	for says, change := range map[string]func(*training.Settings, *[]int32){
		"BlockSize":                   func(s *training.Settings, _ *[]int32) { s.BlockSize = 33 },
		"BatchSize":                   func(s *training.Settings, _ *[]int32) { s.BatchSize = -1 },
		"GradientAccumulation":        func(s *training.Settings, _ *[]int32) { s.GradientAccumulation = -2 },
		"EarlyStoppingPatience 1 and": func(s *training.Settings, _ *[]int32) { s.EarlyStoppingPatience, s.EarlyStoppingThreshold = 1, -1 },
		"needs EvalEvery":             func(s *training.Settings, _ *[]int32) { s.EarlyStoppingPatience, s.EvalEvery = 1, 0 },
		"Dropout":                     func(s *training.Settings, _ *[]int32) { s.Dropout = &high },
		"LearningRate":                func(s *training.Settings, _ *[]int32) { s.LearningRate = -1 },
		"no batch":                    func(_ *training.Settings, ids *[]int32) { *ids = (*ids)[:20] },
		"96 tokens":                   func(_ *training.Settings, ids *[]int32) { (*ids)[17] = 96 },
		"diverged":                    func(s *training.Settings, _ *[]int32) { s.LearningRate, s.WarmupSteps = 1e30, 0 },
	} {
		s, ids := good, slices.Clone(train)
		change(&s, &ids)
		_, err := Train(t.Context(), engine, tiny(t), ids, eval, s, RunOptions{})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	for says, o := range map[string]perplexity.Options{"Window": {Window: 64}, "Stride": {Stride: -2}, "BatchSize": {BatchSize: -1}} {
		if _, err := Perplexity(t.Context(), engine, tiny(t), eval, o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	if _, err := Perplexity(t.Context(), engine, tiny(t), eval[:1], perplexity.Options{}); err == nil {
		t.Error("one token has a perplexity")
	}
}

// trainer_state.json has the names that Hugging Face's tools look for.
func TestHistoryIsHuggingFaceState(t *testing.T) {
	h, _ := straight(t)
	data, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		GlobalStep int                  `json:"global_step"`
		BestMetric float64              `json:"best_metric"`
		LogHistory []map[string]float64 `json:"log_history"`
	}
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatal(err)
	}
	if state.GlobalStep != 12 || state.BestMetric == 0 {
		t.Errorf("state %+v", state)
	}
	var steps []float64
	for _, entry := range state.LogHistory {
		for _, names := range [][]string{{"loss", "learning_rate", "grad_norm"}, {"eval_loss", "eval_runtime"}, {"train_loss", "train_runtime"}} {
			if _, first := entry[names[0]]; !first {
				continue
			}
			steps = append(steps, entry["step"])
			for _, name := range names {
				if _, known := entry[name]; !known {
					t.Errorf("entry %v lacks %s", entry, name)
				}
			}
		}
	}
	if want := []float64{0, 3, 4, 6, 8, 9, 12, 12, 12}; !slices.Equal(steps, want) {
		t.Errorf("entries at %v, want %v", steps, want)
	}
}
