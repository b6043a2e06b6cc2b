package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

func TestParseRefusesWhatItCannotHonour(t *testing.T) {
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
		if _, err := config.Parse([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v, want one with %q", c.file, err, c.want)
		}
	}
	// A file of 2020: no tie_word_embeddings, no scaling fields, n_ctx, nulls.
	c, err := config.Parse([]byte(`{"vocab_size": 100, "n_positions": 64, "n_ctx": 64, "n_inner": null, "n_embd": 48, "n_head": 4, "gradient_checkpointing": false}`))
	if err != nil {
		t.Fatal(err)
	}
	if !c.TieWordEmbeddings || !c.ScaleAttnWeights || c.EOSTokenID != nil {
		t.Errorf("defaults are not transformers': %+v", c)
	}
}

// Models with a vocabulary of their own are published with GPT-2's 50256 in their
// configuration: they have no such token, and load all the same.
func TestParseKnowsNoTokenBeyondTheVocabulary(t *testing.T) {
	c, err := config.Parse([]byte(`{"vocab_size": 50000, "bos_token_id": 50256, "eos_token_id": 50000, "pad_token_id": 49999}`))
	if err != nil {
		t.Fatal(err)
	}
	if c.BOSTokenID != nil || c.EOSTokenID != nil || c.PadTokenID == nil || *c.PadTokenID != 49999 {
		t.Errorf("tokens %v, %v, %v, want none, none and 49999", c.BOSTokenID, c.EOSTokenID, c.PadTokenID)
	}
}

// Every field of transformers' GPT2Config that changes numbers is taken over.
func TestParseHonoursWhatChangesNumbers(t *testing.T) {
	c, err := config.Parse([]byte(`{
		"activation_function": "relu", "attn_pdrop": 0.2, "bos_token_id": 1, "embd_pdrop": 0.3, "eos_token_id": 2,
		"initializer_range": 0.05, "layer_norm_epsilon": 1e-6, "n_embd": 12, "n_head": 3, "n_inner": 17, "n_layer": 5,
		"n_positions": 19, "pad_token_id": 4, "resid_pdrop": 0.4, "scale_attn_by_inverse_layer_idx": true,
		"scale_attn_weights": false, "tie_word_embeddings": false, "vocab_size": 23}`))
	if err != nil {
		t.Fatal(err)
	}
	inner := 17
	want, err := json.Marshal(config.GPT2{
		ActivationFunction: "relu", AttnPdrop: 0.2, BOSTokenID: config.TokenID(1), EmbdPdrop: 0.3, EOSTokenID: config.TokenID(2),
		InitializerRange: 0.05, LayerNormEpsilon: 1e-6, NEmbd: 12, NHead: 3, NInner: &inner, NLayer: 5,
		NPositions: 19, PadTokenID: config.TokenID(4), ResidPdrop: 0.4, ScaleAttnByInverseLayerIdx: true,
		ScaleAttnWeights: false, TieWordEmbeddings: false, VocabSize: 23})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(c); string(got) != string(want) {
		t.Errorf("configuration %s, want %s", got, want)
	}

	// The names that transformers maps to these.
	c, err = config.Parse([]byte(`{"hidden_size": 12, "num_attention_heads": 3, "num_hidden_layers": 5, "max_position_embeddings": 19, "n_layer": 5}`))
	if err != nil {
		t.Fatal(err)
	}
	if c.NEmbd != 12 || c.NHead != 3 || c.NLayer != 5 || c.NPositions != 19 {
		t.Errorf("other names are not honoured: %+v", c)
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

func TestParsePassesOverHarmlessFields(t *testing.T) {
	c, err := config.Parse([]byte(harmless))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(c)
	want, _ := json.Marshal(config.Default())
	if string(got) != string(want) {
		t.Errorf("configuration %s, want the default %s", got, want)
	}
}

// Fingerprints of finished work hold the configuration's JSON: another would have it done
// again.
func TestJSONStaysAsItIs(t *testing.T) {
	const want = `{"activation_function":"gelu_new","attn_pdrop":0.1,"bos_token_id":50256,"embd_pdrop":0.1,"eos_token_id":50256,` +
		`"initializer_range":0.02,"layer_norm_epsilon":0.00001,"n_embd":768,"n_head":12,"n_inner":null,"n_layer":12,"n_positions":1024,` +
		`"pad_token_id":null,"resid_pdrop":0.1,"scale_attn_by_inverse_layer_idx":false,"scale_attn_weights":true,` +
		`"tie_word_embeddings":true,"vocab_size":50257}`
	got, err := json.Marshal(config.Default())
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("the default is %s, want %s", got, want)
	}
}

// What is written is read as it was.
func TestFileIsRead(t *testing.T) {
	c := config.Default()
	inner := 24
	c.NInner, c.EOSTokenID, c.TieWordEmbeddings = &inner, nil, false
	data, err := c.File()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := config.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(read)
	if want, _ := json.Marshal(c); string(got) != string(want) {
		t.Errorf("%s came back as %s", want, got)
	}
}

func ExampleGPT2_Count() {
	c := config.Default() // GPT-2 small
	first := c.Parameters()[0]
	fmt.Println(c.Count(), "values;", first.Name, first.Dims)
	// Output: 124439808 values; transformer.wte.weight [50257 768]
}
