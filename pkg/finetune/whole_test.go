package finetune

import (
	"errors"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// A step that is one program, as on a GPU, gives what one in two gives, here on the CPU, in
// float32 to rounding: XLA adds up in another order where it sees more of a step.
func TestOneProgramStepsAsTwoDo(t *testing.T) {
	for _, bfloat16 := range []bool{false, true} {
		var losses, norms [2][]float64
		var weightsOf [2]map[string][]float32
		for i, atOnce := range []bool{false, true} {
			m := tiny(t)
			s := training.Settings{BFloat16: bfloat16, LearningRate: 1e-2, WeightDecay: 0.1, BatchSize: 2, Seed: 3}.WithDefaults(m.Config.NPositions)
			st, err := newStepper(openEngine(t, ""), m, s)
			if err != nil {
				t.Fatal(err)
			}
			defer st.close()
			st.atOnce = atOnce
			for step := range 5 {
				result, err := st.run([][]int32{{1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1}}, step, s.LearningRate)
				if err != nil {
					t.Fatal(err)
				}
				loss, norm, err := result.read()
				if err != nil {
					t.Fatal(err)
				}
				losses[i], norms[i] = append(losses[i], loss), append(norms[i], norm)
			}
			weightsOf[i] = weights(t, m)
		}
		tolerance := 1e-5
		if bfloat16 {
			tolerance = 2e-2
		}
		for step := range losses[0] {
			near(t, "loss", losses[1][step], losses[0][step], tolerance)
			near(t, "norm", norms[1][step], norms[0][step], 10*tolerance)
		}
		if losses[0][4] >= losses[0][0] {
			t.Errorf("nothing is learnt: %v", losses[0])
		}
		if !bfloat16 {
			for name, want := range weightsOf[0] {
				for i, got := range weightsOf[1][name] {
					if d := got - want[i]; d > 1e-4 || d < -1e-4 {
						t.Fatalf("%s[%d] is %v, want %v", name, i, got, want[i])
					}
				}
			}
		}
	}
}

// A step that no GPU has room for (its scores alone take 420 GB) is an error that says what
// to lower. A processor's engine would take all memory of the machine instead.
func TestTooLargeAStepOnAGPU(t *testing.T) {
	be := openEngine(t, "")
	if !backend.OnCUDA(be) {
		t.Skip("the engine does not compute on a GPU")
	}
	config := gpt2.DefaultConfig()
	config.NEmbd, config.NHead, config.NLayer = 64, 1, 1
	m, err := gpt2.New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := training.Settings{BatchSize: 2048, BlockSize: 1024, MaxSteps: 1}
	if _, err := Train(t.Context(), be, m, make([]int32, 2048*1024), nil, s, RunOptions{}); !errors.Is(err, ErrOutOfMemory) {
		t.Errorf("error %v, want %v", err, ErrOutOfMemory)
	}
}

// What an engine says of a step that cannot be is told apart by its words.
func TestErrorsOfStepsAreExplained(t *testing.T) {
	for text, want := range map[string]error{
		"RESOURCE_EXHAUSTED: while trying to allocate 80000000000 bytes":               ErrOutOfMemory,
		"PJRT error (code=13): CUDNN_STATUS_NOT_SUPPORTED: no plan of the graph works": ErrNoFlashAttention,
		"PJRT error (code=13): anything else":                                          nil,
	} {
		given := errors.New(text)
		err := explained(given)
		if !errors.Is(err, given) || errors.Is(err, ErrOutOfMemory) != errors.Is(want, ErrOutOfMemory) || errors.Is(err, ErrNoFlashAttention) != errors.Is(want, ErrNoFlashAttention) {
			t.Errorf("%q becomes %v", text, err)
		}
	}
}
