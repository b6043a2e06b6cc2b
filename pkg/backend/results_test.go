package backend_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/finetune"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/word2vec"
)

// work is what an engine is for: it trains a GPT-2, continues a text with it in three
// ways, and learns vectors. It returns every number that comes of it, as bits.
func work(t *testing.T, be compute.Backend) []uint32 {
	t.Helper()
	config, err := gpt2.ParseConfig([]byte(`{"model_type": "gpt2", "n_layer": 2, "n_embd": 32, "n_head": 2, "n_positions": 64, "vocab_size": 101}`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := gpt2.New(config, 3)
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	text := make([]int32, 1000)
	for i := range text {
		text[i] = int32(dice.IntN(100))
	}
	var bits []uint32
	history, err := finetune.Train(t.Context(), be, m, text[:800], text[800:], training.Settings{
		BlockSize: 32, BatchSize: 2, GradientAccumulation: 2, MaxSteps: 6, LearningRate: 1e-2, WeightDecay: 0.1, LogEvery: 1, Seed: 1,
	}, finetune.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range history.LogHistory {
		for _, number := range []*float64{e.Loss, e.EvalLoss, e.GradNorm} {
			if number != nil {
				bits = append(bits, math.Float32bits(float32(*number)))
			}
		}
	}
	decoder, err := gpt2.NewDecoder(be, m)
	if err != nil {
		t.Fatal(err)
	}
	generator := generate.New(m.Config, decoder.StartBeams)
	for _, o := range []generate.Options{
		{MaxNewTokens: 20}, {MaxNewTokens: 20, NumBeams: 4}, {MaxNewTokens: 20, NumBeams: 4, DoSample: true, Seed: 4},
	} {
		sequences, err := generator.IDs(t.Context(), [][]int32{text[:3], text[10:20]}, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sequences {
			for _, token := range s.New {
				bits = append(bits, uint32(token))
			}
			bits = append(bits, math.Float32bits(float32(s.Score)))
		}
	}
	words := []string{"a", "b", "c", "d", "e", "f", "g"}
	var sentences [][]string
	for range 50 {
		var sentence []string
		for range 8 {
			sentence = append(sentence, words[dice.IntN(len(words))])
		}
		sentences = append(sentences, sentence)
	}
	for _, size := range []int{2, 20} {
		vectors, err := word2vec.Train(t.Context(), be, sentences, word2vec.Options{VectorSize: size, MinCount: 1, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			v, _ := vectors.Vector(word)
			for _, x := range v {
				bits = append(bits, math.Float32bits(x))
			}
		}
	}
	return bits
}

// TestResultsAreTheSame compares what is computed with the plugin as it is, with programs
// compiled through us, and with programs from the cache: to the last bit. With the plugin
// as it is no output takes the memory of an argument.
func TestResultsAreTheSame(t *testing.T) {
	t.Setenv(compute.ConfigEnvVar, "xla:cpu")
	plugin, err := home.Lib("pjrt_cpu.so")
	if err != nil {
		t.Skip(err)
	}
	// Under another name go-xla opens the plugin by itself.
	link := filepath.Join(t.TempDir(), "cpu.so")
	if err := os.Symlink(plugin, link); err != nil {
		t.Fatal(err)
	}
	plain, err := compute.NewWithConfig("xla:" + link)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Finalize()
	var want []uint32
	if compiled, loaded := programs(func() { want = work(t, plain) }); compiled+loaded > 0 {
		t.Fatalf("%d programs of the plugin as it is came through us", compiled+loaded)
	}
	sameResults(t, want)
}

// TestResultsAreTheSameHere compares, on the engine that is chosen here, programs that were
// compiled with those from the cache.
func TestResultsAreTheSameHere(t *testing.T) {
	t.Setenv(compute.ConfigEnvVar, "")
	t.Setenv(cacheEnv, "off")
	engine := open(t)
	if engine.Name != "xla" || engine.Platform == "cpu" {
		t.Skip("TestResultsAreTheSame is about this engine, " + engine.Describe())
	}
	sameResults(t, work(t, engine.Backend))
}

// sameResults compares what is computed without a cache, with an empty and with a full one.
func sameResults(t *testing.T, want []uint32) {
	t.Helper()
	dir := privateDir(t)
	for _, c := range []struct{ name, setting string }{{"off", "off"}, {"cold", dir}, {"warm", dir}} {
		t.Setenv(cacheEnv, c.setting)
		engine := open(t)
		var got []uint32
		compiled, loaded := programs(func() { got = work(t, engine.Backend) })
		if (compiled > 0) == (c.name == "warm") || (loaded > 0) != (c.name == "warm") {
			t.Errorf("%s: %d programs were compiled and %d loaded", c.name, compiled, loaded)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: other results", c.name)
		}
	}
}
