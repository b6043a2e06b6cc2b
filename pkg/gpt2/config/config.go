package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
)

// modelType is what Hugging Face calls this architecture.
const modelType = "gpt2"

// GPT2 describes a GPT-2. Its JSON is Hugging Face's config.json. Start from
// [Default] and change fields: the zero GPT2 is no model.
type GPT2 struct {
	// ActivationFunction of the feed-forward part: "gelu_new" (GPT-2's),
	// "gelu_pytorch_tanh" (the same formula), "gelu" or "relu".
	ActivationFunction string `json:"activation_function"`
	// AttnPdrop is the dropout on attention weights, in [0, 1).
	AttnPdrop float64 `json:"attn_pdrop"`
	// BOSTokenID begins a text; nil when the vocabulary has no such token.
	BOSTokenID *int32 `json:"bos_token_id"`
	// EmbdPdrop is the dropout on the sum of embeddings, in [0, 1).
	EmbdPdrop float64 `json:"embd_pdrop"`
	// EOSTokenID ends a text; nil when the vocabulary has no such token.
	EOSTokenID *int32 `json:"eos_token_id"`
	// InitializerRange is the standard deviation of fresh weights.
	InitializerRange float64 `json:"initializer_range"`
	// LayerNormEpsilon is added to the variance in layer normalisation.
	LayerNormEpsilon float64 `json:"layer_norm_epsilon"`
	// NEmbd is the embedding width, a multiple of NHead.
	NEmbd int `json:"n_embd"`
	// NHead is the number of attention heads in a layer.
	NHead int `json:"n_head"`
	// NInner is the width inside the feed-forward part; nil means 4·NEmbd.
	NInner *int `json:"n_inner"`
	// NLayer is the number of blocks.
	NLayer int `json:"n_layer"`
	// NPositions is the longest text in tokens.
	NPositions int `json:"n_positions"`
	// PadTokenID fills up short rows; nil when the vocabulary has no such token.
	PadTokenID *int32 `json:"pad_token_id"`
	// ResidPdrop is the dropout on what attention and feed-forward add, in [0, 1).
	ResidPdrop float64 `json:"resid_pdrop"`
	// ScaleAttnByInverseLayerIdx divides attention scores by the layer's number,
	// counted from 1.
	ScaleAttnByInverseLayerIdx bool `json:"scale_attn_by_inverse_layer_idx"`
	// ScaleAttnWeights divides attention scores by the root of the head's width.
	ScaleAttnWeights bool `json:"scale_attn_weights"`
	// TieWordEmbeddings makes the token embedding serve as output weights too.
	TieWordEmbeddings bool `json:"tie_word_embeddings"`
	// VocabSize is the number of tokens.
	VocabSize int `json:"vocab_size"`
}

// Default returns the configuration of GPT-2 small, which are the defaults of transformers'
// GPT2Config.
func Default() GPT2 {
	bos, eos := int32(50256), int32(50256)
	return GPT2{
		ActivationFunction: "gelu_new",
		AttnPdrop:          0.1,
		BOSTokenID:         &bos,
		EmbdPdrop:          0.1,
		EOSTokenID:         &eos,
		InitializerRange:   0.02,
		LayerNormEpsilon:   1e-5,
		NEmbd:              768,
		NHead:              12,
		NLayer:             12,
		NPositions:         1024,
		ResidPdrop:         0.1,
		ScaleAttnWeights:   true,
		TieWordEmbeddings:  true,
		VocabSize:          50257,
	}
}

// TokenID returns a pointer to id, for the token fields of [GPT2].
func TokenID(id int32) *int32 { return &id }

// NoToken is in no vocabulary: given to a decoder for a row, it ends that row.
const NoToken int32 = -1

// Inner returns the width inside the feed-forward part.
func (c GPT2) Inner() int {
	if c.NInner != nil {
		return *c.NInner
	}
	return 4 * c.NEmbd
}

// HeadWidth returns the width of an attention head.
func (c GPT2) HeadWidth() int { return c.NEmbd / c.NHead }

// Activations are the activation functions that a GPT-2 can have.
func Activations() []string { return []string{"gelu_new", "gelu_pytorch_tanh", "gelu", "relu"} }

// DropoutRates are the probabilities, in [0, 1), with which values are dropped: of the sum
// of embeddings, of attention weights, and of what attention and feed-forward add.
type DropoutRates struct{ Embeddings, Attention, Residual float64 }

// Dropout returns the rates that belong to the model.
func (c GPT2) Dropout() DropoutRates {
	return DropoutRates{c.EmbdPdrop, c.AttnPdrop, c.ResidPdrop}
}

// CheckToken tells whether id is a token of the vocabulary.
func (c GPT2) CheckToken(id int32) error {
	if id < 0 || int(id) >= c.VocabSize {
		return fmt.Errorf("token %d is not in the vocabulary of %d", id, c.VocabSize)
	}
	return nil
}

// Bounds that catch configurations which would exhaust memory by mistake; they are far
// above every existing GPT-2.
const (
	maxVocab     = 1 << 21
	maxWidth     = 1 << 16
	maxLayers    = 1 << 10
	maxPositions = 1 << 17
)

// Validate returns, joined, every reason why this does not describe a model.
func (c GPT2) Validate() error {
	var wrong []error
	between := func(name string, value, low, high int) {
		if value < low || value > high {
			wrong = append(wrong, fmt.Errorf("%s is %d: must be from %d to %d", name, value, low, high))
		}
	}
	between("vocab_size", c.VocabSize, 1, maxVocab)
	between("n_positions", c.NPositions, 1, maxPositions)
	between("n_embd", c.NEmbd, 1, maxWidth)
	between("n_layer", c.NLayer, 1, maxLayers)
	between("n_head", c.NHead, 1, maxWidth)
	between("n_inner", c.Inner(), 1, 4*maxWidth)
	if c.NHead > 0 && c.NEmbd%c.NHead != 0 {
		wrong = append(wrong, fmt.Errorf("n_embd is %d: must be a multiple of n_head, %d", c.NEmbd, c.NHead))
	}
	rate := func(name string, value float64) {
		if !(value >= 0 && value < 1) {
			wrong = append(wrong, fmt.Errorf("%s is %v: must be at least 0 and below 1", name, value))
		}
	}
	rate("attn_pdrop", c.AttnPdrop)
	rate("embd_pdrop", c.EmbdPdrop)
	rate("resid_pdrop", c.ResidPdrop)
	positive := func(name string, value float64) {
		if !(value > 0 && value < 1) {
			wrong = append(wrong, fmt.Errorf("%s is %v: must be above 0 and below 1", name, value))
		}
	}
	positive("layer_norm_epsilon", c.LayerNormEpsilon)
	positive("initializer_range", c.InitializerRange)
	token := func(name string, id *int32) {
		if id != nil && (*id < 0 || int(*id) >= c.VocabSize) {
			wrong = append(wrong, fmt.Errorf("%s is %d: must be a token, below vocab_size %d", name, *id, c.VocabSize))
		}
	}
	token("bos_token_id", c.BOSTokenID)
	token("eos_token_id", c.EOSTokenID)
	token("pad_token_id", c.PadTokenID)
	if !slices.Contains(Activations(), c.ActivationFunction) {
		wrong = append(wrong, fmt.Errorf("activation_function is %q: only gelu_new, gelu_pytorch_tanh, gelu and relu are known", c.ActivationFunction))
	}
	return errors.Join(wrong...)
}

// foreign holds the fields of a config.json that GPT2 lacks and that would
// change the numbers: reading one with an effect is an error.
type foreign struct {
	ModelType          *string         `json:"model_type"`
	NCtx               *int            `json:"n_ctx"`
	NSpecial           int             `json:"n_special"` // of 2019: rows of the embedding beyond vocab_size
	AddCrossAttention  bool            `json:"add_cross_attention"`
	IsEncoderDecoder   bool            `json:"is_encoder_decoder"`
	QuantizationConfig json.RawMessage `json:"quantization_config"`
	PrunedHeads        map[string]any  `json:"pruned_heads"`

	// Other names that transformers takes for fields of GPT2.
	HiddenSize            *int `json:"hidden_size"`
	MaxPositionEmbeddings *int `json:"max_position_embeddings"`
	NumAttentionHeads     *int `json:"num_attention_heads"`
	NumHiddenLayers       *int `json:"num_hidden_layers"`
}

// adopt takes over what the file says under other names; named tells which fields
// it has under their own.
func (f foreign) adopt(c *GPT2, named map[string]json.RawMessage) error {
	var wrong []error
	for _, alias := range []struct {
		name, other string
		field       *int
		value       *int
	}{
		{"n_embd", "hidden_size", &c.NEmbd, f.HiddenSize},
		{"n_positions", "max_position_embeddings", &c.NPositions, f.MaxPositionEmbeddings},
		{"n_head", "num_attention_heads", &c.NHead, f.NumAttentionHeads},
		{"n_layer", "num_hidden_layers", &c.NLayer, f.NumHiddenLayers},
	} {
		if alias.value == nil {
			continue
		}
		if _, present := named[alias.name]; present && *alias.value != *alias.field {
			wrong = append(wrong, fmt.Errorf("%s is %d and %s %d: they must be the same", alias.name, *alias.field, alias.other, *alias.value))
			continue
		}
		*alias.field = *alias.value
	}
	return errors.Join(wrong...)
}

func (f foreign) validate(c GPT2) error {
	var wrong []error
	if f.ModelType != nil && *f.ModelType != modelType {
		wrong = append(wrong, fmt.Errorf("model_type is %q: only %q can be loaded", *f.ModelType, modelType))
	}
	if f.NCtx != nil && *f.NCtx < c.NPositions {
		wrong = append(wrong, fmt.Errorf("n_ctx is %d and n_positions %d: attention over a part of the positions is not supported", *f.NCtx, c.NPositions))
	}
	if f.NSpecial != 0 {
		wrong = append(wrong, fmt.Errorf("n_special is %d: not supported; add it to vocab_size", f.NSpecial))
	}
	if f.AddCrossAttention || f.IsEncoderDecoder {
		wrong = append(wrong, errors.New("cross attention (add_cross_attention, is_encoder_decoder) is not supported"))
	}
	if len(f.QuantizationConfig) > 0 && string(f.QuantizationConfig) != "null" {
		wrong = append(wrong, errors.New("quantised weights (quantization_config) are not supported"))
	}
	if len(f.PrunedHeads) > 0 {
		wrong = append(wrong, errors.New("pruned attention heads (pruned_heads) are not supported"))
	}
	return errors.Join(wrong...)
}

// Parse reads a config.json as transformers has written it since 2019. Absent fields take
// transformers' defaults; a field that would change the numbers and cannot be honoured is
// an error. A token beyond the vocabulary counts as none. Fields without effect here are
// ignored: those of heads other than the language model's (summary_…, num_labels, …), those
// that say how rather than what is computed (use_cache, attn_implementation, dtype, and
// reorder_and_upcast_attn, which concerns half precision), and those of generation.
func Parse(data []byte) (GPT2, error) {
	config := Default()
	if err := json.Unmarshal(data, &config); err != nil {
		return GPT2{}, fmt.Errorf("GPT-2 configuration: %w", err)
	}
	var rest foreign
	if err := json.Unmarshal(data, &rest); err != nil {
		return GPT2{}, fmt.Errorf("GPT-2 configuration: %w", err)
	}
	var named map[string]json.RawMessage
	if err := json.Unmarshal(data, &named); err != nil {
		return GPT2{}, fmt.Errorf("GPT-2 configuration: %w", err)
	}
	if named == nil {
		return GPT2{}, errors.New("GPT-2 configuration: null is none")
	}
	conflict := rest.adopt(&config, named)
	config.dropTokensBeyondVocabulary()
	if err := errors.Join(conflict, withoutNulls(named), config.Validate(), rest.validate(config)); err != nil {
		return GPT2{}, fmt.Errorf("GPT-2 configuration: %w", err)
	}
	return config, nil
}

// dropTokensBeyondVocabulary clears token ids that the vocabulary lacks. Files of models
// with a small vocabulary often name GPT-2's 50256, which transformers writes by default:
// no text can hold it, so in transformers, too, it never begins or ends a text.
func (c *GPT2) dropTokensBeyondVocabulary() {
	for _, field := range []**int32{&c.BOSTokenID, &c.EOSTokenID, &c.PadTokenID} {
		if *field != nil && int(**field) >= c.VocabSize {
			*field = nil
		}
	}
}

// withoutNulls rejects null where a value is needed: transformers does not read it as the
// default, as encoding/json would.
func withoutNulls(named map[string]json.RawMessage) error {
	var wrong []error
	for _, name := range []string{
		"activation_function", "attn_pdrop", "embd_pdrop", "initializer_range", "layer_norm_epsilon", "n_embd", "n_head", "n_layer",
		"n_positions", "resid_pdrop", "scale_attn_by_inverse_layer_idx", "scale_attn_weights", "tie_word_embeddings", "vocab_size",
	} {
		if string(named[name]) == "null" {
			wrong = append(wrong, fmt.Errorf("%s is null: must have a value, or be left out", name))
		}
	}
	return errors.Join(wrong...)
}

// maxBytes bounds the config.json that is read.
const maxBytes = 1 << 20

// Read reads and checks the config.json at path.
func Read(path string) (GPT2, error) {
	info, err := os.Stat(path)
	if err != nil {
		return GPT2{}, err
	}
	if info.Size() > maxBytes {
		return GPT2{}, fmt.Errorf("%s has %d bytes: more than a configuration has", path, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return GPT2{}, err
	}
	config, err := Parse(data)
	if err != nil {
		return GPT2{}, fmt.Errorf("%s: %w", path, err)
	}
	return config, nil
}

// File returns the config.json that transformers reads, and [Parse].
func (c GPT2) File() ([]byte, error) {
	file := struct {
		Architectures []string `json:"architectures"`
		ModelType     string   `json:"model_type"`
		GPT2
	}{[]string{"GPT2LMHeadModel"}, modelType, c}
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// ScoreScale returns the factor of attention scores in a layer.
func (c GPT2) ScoreScale(layer int) float64 {
	scale := 1.0
	if c.ScaleAttnWeights {
		scale /= math.Sqrt(float64(c.HeadWidth()))
	}
	if c.ScaleAttnByInverseLayerIdx {
		scale /= float64(layer + 1)
	}
	return scale
}
