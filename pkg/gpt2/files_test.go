package gpt2_test

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, to, data)
}

// smallConfig is a model of a few kilobytes.
func smallConfig() gpt2.Config {
	c := gpt2.DefaultConfig()
	c.VocabSize, c.NPositions, c.NEmbd, c.NLayer, c.NHead = 11, 8, 8, 1, 2
	c.BOSTokenID, c.EOSTokenID, c.PadTokenID = gpt2.TokenID(0), gpt2.TokenID(2), gpt2.TokenID(1)
	return c
}

func same(t *testing.T, a, b *gpt2.Model) {
	t.Helper()
	if len(a.Parameters()) != len(b.Parameters()) {
		t.Fatalf("%d and %d parameters", len(a.Parameters()), len(b.Parameters()))
	}
	for i, p := range a.Parameters() {
		q := b.Parameters()[i]
		if p.Name != q.Name || !slices.Equal(flat(t, p.Variable.MustValue()), flat(t, q.Variable.MustValue())) {
			t.Errorf("%s and %s differ", p.Name, q.Name)
		}
	}
}

func TestSaveThenLoadGivesTheSameModel(t *testing.T) {
	for _, tied := range []bool{true, false} {
		config := smallConfig()
		config.TieWordEmbeddings = tied
		inner := 24
		config.NInner = &inner
		m, err := gpt2.New(config, 3)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "new", "model")
		if err := m.Save(dir); err != nil {
			t.Fatal(err)
		}
		loaded, err := gpt2.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		same(t, m, loaded)
		before, _ := json.Marshal(m.Config)
		after, _ := json.Marshal(loaded.Config)
		if string(before) != string(after) {
			t.Errorf("configuration %s came back as %s", before, after)
		}
	}
}

// What transformers wrote and we write again is the same, byte for byte, but for
// the order of tensors: so values and names are compared.
func TestSaveKeepsTransformersTensors(t *testing.T) {
	m := loadTiny(t)
	dir := t.TempDir()
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	ours, theirs := rawTensors(t, filepath.Join(dir, "model.safetensors")), rawTensors(t, filepath.Join(tiny, "model.safetensors"))
	if !slices.Equal(slices.Sorted(maps.Keys(ours)), slices.Sorted(maps.Keys(theirs))) {
		t.Fatalf("tensors %v, want %v", slices.Sorted(maps.Keys(ours)), slices.Sorted(maps.Keys(theirs)))
	}
	for name, data := range theirs {
		if ours[name] != data {
			t.Errorf("%s differs", name)
		}
	}
}

// rawTensors maps each tensor's name to its type, shape and bytes.
func rawTensors(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	length := binary.LittleEndian.Uint64(data)
	var header map[string]struct {
		DType   string `json:"dtype"`
		Shape   []int  `json:"shape"`
		Offsets [2]int `json:"data_offsets"`
	}
	body := data[8+length:]
	raw := make(map[string]json.RawMessage)
	if err := json.Unmarshal(data[8:8+length], &raw); err != nil {
		t.Fatal(err)
	}
	delete(raw, "__metadata__")
	cleaned, _ := json.Marshal(raw)
	if err := json.Unmarshal(cleaned, &header); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for name, h := range header {
		shape, _ := json.Marshal(h.Shape)
		out[name] = h.DType + string(shape) + string(body[h.Offsets[0]:h.Offsets[1]])
	}
	return out
}

// rewrite saves a small model, lets change edit its tensors' header, and loads it.
func rewrite(t *testing.T, config gpt2.Config, change func(header map[string]any)) error {
	t.Helper()
	m, err := gpt2.New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "model.safetensors")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	length := binary.LittleEndian.Uint64(data)
	header := make(map[string]any)
	if err := json.Unmarshal(data[8:8+length], &header); err != nil {
		t.Fatal(err)
	}
	change(header)
	edited, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(edited)))
	out = append(append(out, edited...), data[8+length:]...)
	writeFile(t, path, out)
	_, err = gpt2.Load(dir)
	return err
}

func TestLoadNamesEveryTensorThatDoesNotFit(t *testing.T) {
	err := rewrite(t, smallConfig(), func(header map[string]any) {
		rename := func(from, to string) {
			header[to] = header[from]
			delete(header, from)
		}
		rename("transformer.ln_f.bias", "transformer.ln_f.beta")
		tensor := header["transformer.h.0.mlp.c_fc.weight"].(map[string]any)
		tensor["shape"] = []int{32, 8}
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{
		"transformer.ln_f.bias is missing", "transformer.ln_f.beta is unexpected",
		"transformer.h.0.mlp.c_fc.weight has shape [32 8] where config.json asks for [8 32]", "model.safetensors",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}

func TestLoadAcceptsNamesWithoutPrefix(t *testing.T) {
	err := rewrite(t, smallConfig(), func(header map[string]any) {
		for name, value := range maps.Clone(header) {
			if bare, prefixed := strings.CutPrefix(name, "transformer."); prefixed {
				delete(header, name)
				header[bare] = value
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLoadRefusesIntegers(t *testing.T) {
	err := rewrite(t, smallConfig(), func(header map[string]any) {
		header["transformer.ln_f.bias"].(map[string]any)["dtype"] = "I32"
	})
	if err == nil || !strings.Contains(err.Error(), "transformer.ln_f.bias: type I32") {
		t.Errorf("error = %v, want one that names the tensor and its type", err)
	}
}

func TestParseConfigRefusesWhatItCannotHonour(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{`{"activation_function": "swish"}`, "activation_function"},
		{`{"n_head": 7}`, "multiple of n_head"},
		{`{"model_type": "llama"}`, "model_type"},
		{`{"n_ctx": 512}`, "n_ctx"},
		{`{"add_cross_attention": true}`, "cross attention"},
		{`{"quantization_config": {"bits": 4}}`, "quantization_config"},
		{`{"pruned_heads": {"0": [1]}}`, "pruned_heads"},
		{`{"bos_token_id": -2}`, "bos_token_id"},
		{`{"tie_word_embeddings": null, "n_embd": null}`, "tie_word_embeddings is null"},
		{`{"vocab_size": -1}`, "vocab_size"},
		{`{"n_layer": 100000000}`, "n_layer"},
		{`{"resid_pdrop": 1}`, "resid_pdrop"},
		{`{"layer_norm_epsilon": 0}`, "layer_norm_epsilon"},
		{`{"n_embd": "wide"}`, "n_embd"},
		{`{"n_embd": 768, "hidden_size": 512}`, "n_embd is 768 and hidden_size 512"},
		{`{"n_special": 5}`, "n_special"},
		{`{"eos_token_id": [50256, 50257]}`, "eos_token_id"},
		{`{"scale_attn_weights": "yes"}`, "scale_attn_weights"},
		{`{"is_encoder_decoder": true}`, "cross attention"},
		{`[]`, "configuration"},
		{`null`, "configuration"},
	} {
		if _, err := gpt2.ParseConfig([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v, want one with %q", c.file, err, c.want)
		}
	}
	// A file of 2020: no tie_word_embeddings, no scaling fields, n_ctx, nulls.
	config, err := gpt2.ParseConfig([]byte(`{"vocab_size": 100, "n_positions": 64, "n_ctx": 64, "n_inner": null, "n_embd": 48, "n_head": 4, "gradient_checkpointing": false}`))
	if err != nil {
		t.Fatal(err)
	}
	if !config.TieWordEmbeddings || !config.ScaleAttnWeights || config.EOSTokenID != nil {
		t.Errorf("defaults are not transformers': %+v", config)
	}
}

// Models with a vocabulary of their own are published with GPT-2's 50256 in their
// configuration: they have no such token, and load all the same.
func TestParseConfigKnowsNoTokenBeyondTheVocabulary(t *testing.T) {
	config, err := gpt2.ParseConfig([]byte(`{"vocab_size": 50000, "bos_token_id": 50256, "eos_token_id": 50000, "pad_token_id": 49999}`))
	if err != nil {
		t.Fatal(err)
	}
	if config.BOSTokenID != nil || config.EOSTokenID != nil || config.PadTokenID == nil || *config.PadTokenID != 49999 {
		t.Errorf("tokens %v, %v, %v, want none, none and 49999", config.BOSTokenID, config.EOSTokenID, config.PadTokenID)
	}
}

// Every field of transformers' GPT2Config that changes numbers is taken over.
func TestParseConfigHonoursWhatChangesNumbers(t *testing.T) {
	config, err := gpt2.ParseConfig([]byte(`{
		"activation_function": "relu", "attn_pdrop": 0.2, "bos_token_id": 1, "embd_pdrop": 0.3, "eos_token_id": 2,
		"initializer_range": 0.05, "layer_norm_epsilon": 1e-6, "n_embd": 12, "n_head": 3, "n_inner": 17, "n_layer": 5,
		"n_positions": 19, "pad_token_id": 4, "resid_pdrop": 0.4, "scale_attn_by_inverse_layer_idx": true,
		"scale_attn_weights": false, "tie_word_embeddings": false, "vocab_size": 23}`))
	if err != nil {
		t.Fatal(err)
	}
	inner := 17
	want, err := json.Marshal(gpt2.Config{
		ActivationFunction: "relu", AttnPdrop: 0.2, BOSTokenID: gpt2.TokenID(1), EmbdPdrop: 0.3, EOSTokenID: gpt2.TokenID(2),
		InitializerRange: 0.05, LayerNormEpsilon: 1e-6, NEmbd: 12, NHead: 3, NInner: &inner, NLayer: 5,
		NPositions: 19, PadTokenID: gpt2.TokenID(4), ResidPdrop: 0.4, ScaleAttnByInverseLayerIdx: true,
		ScaleAttnWeights: false, TieWordEmbeddings: false, VocabSize: 23})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(config); string(got) != string(want) {
		t.Errorf("configuration %s, want %s", got, want)
	}

	// The names that transformers maps to these.
	config, err = gpt2.ParseConfig([]byte(`{"hidden_size": 12, "num_attention_heads": 3, "num_hidden_layers": 5, "max_position_embeddings": 19, "n_layer": 5}`))
	if err != nil {
		t.Fatal(err)
	}
	if config.NEmbd != 12 || config.NHead != 3 || config.NLayer != 5 || config.NPositions != 19 {
		t.Errorf("other names are not honoured: %+v", config)
	}
}

// harmless are the fields of GPT-2 configurations from 2019 to 2026 that change no
// number of the language model in float32, each with a value other than its default.
const harmless = `{
	"_attn_implementation_autoset": true, "_commit_hash": "0", "_name_or_path": "somewhere", "_num_labels": 3,
	"architectures": ["GPT2Model"], "attn_implementation": "sdpa", "bad_words_ids": [[1]], "begin_suppress_tokens": [1],
	"chunk_size_feed_forward": 2, "cross_attention_hidden_size": 4, "decoder_start_token_id": 1, "diversity_penalty": 1.0,
	"do_sample": true, "dtype": "float16", "early_stopping": true, "encoder_no_repeat_ngram_size": 2,
	"exponential_decay_length_penalty": [1, 2], "finetuning_task": "x", "forced_bos_token_id": 1, "forced_eos_token_id": 1,
	"gradient_checkpointing": true, "id2label": {"0": "A"}, "is_decoder": true, "keys_to_ignore_at_inference": ["x"],
	"label2id": {"A": 0}, "length_penalty": 2.0, "max_length": 50, "min_length": 5, "no_repeat_ngram_size": 3,
	"num_beam_groups": 2, "num_beams": 4, "num_labels": 3, "num_return_sequences": 2, "output_attentions": true,
	"output_hidden_states": true, "output_past": false, "eos_token_ids": [50256], "output_scores": true, "prefix": "x", "problem_type": "regression",
	"remove_invalid_values": true, "reorder_and_upcast_attn": true, "repetition_penalty": 2.0,
	"return_dict": false, "return_dict_in_generate": true, "sep_token_id": 3, "summary_activation": "tanh",
	"summary_first_dropout": 0.5, "summary_proj_to_labels": false, "summary_type": "mean", "summary_use_proj": false,
	"suppress_tokens": [1], "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}},
	"temperature": 2.0, "tf_legacy_loss": true, "tie_encoder_decoder": true, "tokenizer_class": "GPT2Tokenizer",
	"top_k": 5, "top_p": 0.5, "torch_dtype": "bfloat16", "torchscript": true, "transformers_version": "4.0.0",
	"typical_p": 0.5, "use_bfloat16": true, "use_cache": false, "use_return_dict": false, "xla_device": true,
	"model_type": "gpt2", "n_ctx": 2048, "n_special": 0, "predict_special_tokens": true, "pruned_heads": {},
	"add_cross_attention": false, "is_encoder_decoder": false, "quantization_config": null}`

func TestParseConfigPassesOverHarmlessFields(t *testing.T) {
	config, err := gpt2.ParseConfig([]byte(harmless))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(config)
	want, _ := json.Marshal(gpt2.DefaultConfig())
	if string(got) != string(want) {
		t.Errorf("configuration %s, want the default %s", got, want)
	}
}

func TestNewIsDeterministicAndScaled(t *testing.T) {
	config := smallConfig()
	config.NEmbd, config.NLayer, config.VocabSize = 64, 2, 500
	a, err := gpt2.New(config, 5)
	if err != nil {
		t.Fatal(err)
	}
	b, err := gpt2.New(config, 5)
	if err != nil {
		t.Fatal(err)
	}
	same(t, a, b)
	other, err := gpt2.New(config, 6)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range a.Parameters() {
		values := flat(t, p.Variable.MustValue())
		deviation := norm(values)
		if deviation != 0 {
			deviation /= sqrt(len(values))
		}
		want := 0.02
		switch {
		case strings.Contains(p.Name, ".ln_") && strings.HasSuffix(p.Name, "weight"):
			want = 1
		case strings.HasSuffix(p.Name, "bias"):
			want = 0
		case strings.HasSuffix(p.Name, "c_proj.weight"):
			want = 0.02 / 2 // √(2·2 layers)
		}
		// Six standard errors of a standard deviation.
		if slack := 6 * want / sqrt(2*len(values)); deviation < want-slack || deviation > want+slack {
			t.Errorf("%s deviates by %v, want %v", p.Name, deviation, want)
		}
		drawn := want != 0 && want != 1
		if differs := !slices.Equal(values, flat(t, other.Parameters()[i].Variable.MustValue())); differs != drawn {
			t.Errorf("%s under another seed: differs = %v", p.Name, differs)
		}
	}
}

func TestCloneIsIndependent(t *testing.T) {
	m, err := gpt2.New(smallConfig(), 1)
	if err != nil {
		t.Fatal(err)
	}
	clone, err := m.Clone()
	if err != nil {
		t.Fatal(err)
	}
	same(t, m, clone)
	before := flat(t, m.Parameters()[0].Variable.MustValue())
	clone.Parameters()[0].Variable.MustValue().MustMutableFlatData(func(data any) { data.([]float32)[0] += 1 })
	if !slices.Equal(before, flat(t, m.Parameters()[0].Variable.MustValue())) {
		t.Error("changing the clone changed the model")
	}
}

func sqrt(n int) float64 { return math.Sqrt(float64(n)) }
