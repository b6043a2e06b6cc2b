package gpt2_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes/bfloat16"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/gpt2test"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// Beams of prompts of different length, some of which end, score as the whole texts
// do: when they take over from each other at random, and when each goes its own way,
// so that the cache must grow.
func TestBeamsMatchFullForward(t *testing.T) {
	onEngines(t, checkDecoder)
}

// The same where XLA is made to share no memory with the host, as on a GPU.
func TestBeamsMatchFullForwardOnTheDevice(t *testing.T) {
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	if engine.Name != "xla" || engine.Platform != "cpu" {
		return // a GPU shares none, and the pure-Go engine has none of its own
	}
	t.Setenv(compute.ConfigEnvVar, "xla:cpu,shared_buffers=false")
	if engine, err = backend.Open(); err != nil {
		t.Fatal(err)
	}
	if engine.Backend.HasSharedBuffers() {
		t.Fatal("the engine shares memory with the host")
	}
	checkDecoder(t, engine.Backend)
}

func checkDecoder(t *testing.T, be compute.Backend) {
	m := loadTiny(t)
	decoder, err := gpt2.NewDecoder(be, m)
	if err != nil {
		t.Fatal(err)
	}
	checkBeams(t, m.Config, 1e-4, fullForward(t, be, m), func(prompts [][]int32, beams, further int) (decoding, error) {
		return decoder.StartBeams(prompts, beams, further)
	})
}

// In bfloat16 matrices and what they multiply have 8 bits, with which scores of up to 4 come
// out within 0.05 of float32's here. The scores themselves are not rounded.
func TestBFloat16Decoder(t *testing.T) {
	onEngines(t, func(t *testing.T, be compute.Backend) {
		m := loadTiny(t)
		decoder, err := gpt2.NewDecoder(be, m.Computing(gpt2.Compute{BFloat16: true}))
		if err != nil {
			t.Fatal(err)
		}
		checkBeams(t, m.Config, 0.1, fullForward(t, be, m), func(prompts [][]int32, beams, further int) (decoding, error) {
			return decoder.StartBeams(prompts, beams, further)
		})
		decoding, err := decoder.Start([][]int32{{5, 6, 7}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		logits, err := decoding.Logits()
		if err := errors.Join(err, decoding.Close()); err != nil {
			t.Fatal(err)
		}
		rounded := func(x float32) bool { return bfloat16.FromFloat32(x).Float32() == x }
		if n := len(slices.DeleteFunc(logits[0], rounded)); n < m.Config.VocabSize/2 {
			t.Errorf("of %d scores only %d are not in bfloat16", m.Config.VocabSize, n)
		}
	})
}

// Weights in int8 score as a float32 model does whose weights were rounded in the same
// way, to the rounding of sums.
func TestInt8MatchesRoundedModel(t *testing.T) {
	onEngines(t, func(t *testing.T, be compute.Backend) {
		tiny := loadTiny(t)
		for activation, tied := range map[string]bool{"gelu_new": true, "gelu": false, "relu": true} {
			t.Run(activation, func(t *testing.T) {
				config := tiny.Config
				config.ActivationFunction, config.TieWordEmbeddings, config.ScaleAttnByInverseLayerIdx = activation, tied, !tied
				data, err := json.Marshal(config)
				if err != nil {
					t.Fatal(err)
				}
				m, err := gpt2test.Model(data, 0.3)
				if err != nil {
					t.Fatal(err)
				}
				weights, err := m.Int8()
				if err != nil {
					t.Fatal(err)
				}
				rounded, err := gpt2.FromInt8(weights)
				if err != nil {
					t.Fatal(err)
				}
				decoder := int8.NewDecoder(weights)
				checkBeams(t, config, 1e-4, fullForward(t, be, rounded), func(prompts [][]int32, beams, further int) (decoding, error) {
					return decoder.StartBeams(prompts, beams, further)
				})
			})
		}
	})
}

// decoding is what decoders start.
type decoding interface {
	Logits() ([][]float32, error)
	Append(tokens []int32) error
	AppendFrom(parents []int, tokens []int32) error
	Close() error
}

func checkBeams(t *testing.T, config gpt2.Config, tolerance float64, full func(texts [][]int32) [][]float64, start func(prompts [][]int32, beams, further int) (decoding, error)) {
	const beams, further = 5, 20
	prompts := [][]int32{{5, 6, 7}, {40}, {90, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {5, 6, 7}}
	ways := map[string]func(random *rand.Rand) int{
		"taking over": func(random *rand.Rand) int { return random.IntN(beams) },
		"apart":       nil,
	}
	for name, parent := range ways {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			decoding, err := start(prompts, beams, further)
			if err != nil {
				t.Fatal(err)
			}
			var texts [][]int32
			for _, prompt := range prompts {
				texts = append(texts, slices.Repeat([][]int32{prompt}, beams)...)
			}
			ended := make([]bool, len(texts))
			for step := range further + 1 {
				logits, err := decoding.Logits()
				if err != nil {
					t.Fatal(err)
				}
				if step%4 == 0 {
					for row, want := range full(texts) {
						if !ended[row] {
							within(t, "logits", logits[row], want, tolerance)
						}
					}
				}
				if step == further {
					break
				}
				parents, tokens := make([]int, len(texts)), make([]int32, len(texts))
				grown, nowEnded := make([][]int32, len(texts)), make([]bool, len(texts))
				for row := range texts {
					parents[row] = row
					if parent != nil {
						parents[row] = row/beams*beams + parent(random)
					}
					tokens[row] = random.Int32N(int32(config.VocabSize))
					nowEnded[row] = ended[parents[row]] || row%beams != 0 && random.IntN(60) == 0
					if nowEnded[row] {
						tokens[row] = gpt2.NoToken
					}
					grown[row] = append(slices.Clone(texts[parents[row]]), max(tokens[row], 0))
				}
				texts, ended = grown, nowEnded
				if err := decoding.AppendFrom(parents, tokens); err != nil {
					t.Fatal(err)
				}
			}
			if err := decoding.Append(make([]int32, len(texts))); err == nil {
				t.Error("a token beyond the room that was asked for was accepted")
			}
			if err := decoding.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNoRowGrowsBeyondThePositions(t *testing.T) {
	onEngines(t, func(t *testing.T, be compute.Backend) {
		m := loadTiny(t)
		decoder, err := gpt2.NewDecoder(be, m)
		if err != nil {
			t.Fatal(err)
		}
		full := make([]int32, m.Config.NPositions)
		decoding, err := decoder.Start([][]int32{full, {1, 2}}, 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := decoding.Append([]int32{1, 1}); err == nil {
			t.Error("a token beyond the last position was accepted")
		}
		for range 2 { // the row that cannot grow ends, the other one goes on
			if err := decoding.Append([]int32{gpt2.NoToken, 3}); err != nil {
				t.Fatal(err)
			}
		}
		logits, err := decoding.Logits()
		if err != nil {
			t.Fatal(err)
		}
		within(t, "logits", logits[1], fullForward(t, be, m)([][]int32{{1, 2, 3, 3}})[0], 1e-4)
		if err := decoding.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestBeamsOfOtherPromptsAreRefused(t *testing.T) {
	onEngines(t, func(t *testing.T, be compute.Backend) {
		decoder, err := gpt2.NewDecoder(be, loadTiny(t))
		if err != nil {
			t.Fatal(err)
		}
		decoding, err := decoder.StartBeams([][]int32{{1}, {2}}, 2, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, parents := range [][]int{{0, 2, 2, 2}, {0, 1, 2, 4}, {-1, 0, 2, 2}, {0, 1, 2}} {
			if err := decoding.AppendFrom(parents, []int32{1, 2, 3, 4}); err == nil {
				t.Errorf("parents %v were accepted", parents)
			}
		}
		if err := decoding.Close(); err != nil {
			t.Error(err)
		}
	})
}

// fullForward returns what scores the token that follows each text without a cache.
func fullForward(t *testing.T, be compute.Backend, m *gpt2.Model) func(texts [][]int32) [][]float64 {
	t.Helper()
	exec, err := model.NewExec(be, m.Store(), func(_ *model.Scope, ids *graph.Node) *graph.Node { return m.Logits(ids, nil) })
	if err != nil {
		t.Fatal(err)
	}
	return func(texts [][]int32) [][]float64 {
		ids := make([][]int32, len(texts))
		for row, text := range texts { // all of one length: one compilation
			ids[row] = append(slices.Clone(text), make([]int32, m.Config.NPositions-len(text))...)
		}
		out, err := exec.Call(ids)
		if err != nil {
			t.Fatal(err)
		}
		all, last := out[0].Value().([][][]float32), make([][]float64, len(texts))
		for row, text := range texts {
			for _, v := range all[row][len(text)-1] {
				last[row] = append(last[row], float64(v))
			}
		}
		return last
	}
}
