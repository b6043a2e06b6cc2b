package run

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

// Generation says how the models write, as transformers' generate does and under
// its names; [generate.Options] says what each means. It is a plain value: change a
// field to experiment.
type Generation struct {
	DoSample           bool     `json:"do_sample"`
	NumBeams           int      `json:"num_beams"`
	NumReturnSequences int      `json:"num_return_sequences"` // texts for each prompt
	MaxLength          int      `json:"max_length"`           // tokens, prompt included
	MaxNewTokens       int      `json:"max_new_tokens,omitempty"`
	MinLength          int      `json:"min_length"`
	MinNewTokens       int      `json:"min_new_tokens,omitempty"`
	Temperature        float64  `json:"temperature"`
	TopK               int      `json:"top_k"`
	TopP               float64  `json:"top_p"`
	TypicalP           float64  `json:"typical_p,omitempty"`
	RepetitionPenalty  float64  `json:"repetition_penalty"`
	NoRepeatNgramSize  int      `json:"no_repeat_ngram_size"`
	BadWords           []string `json:"bad_words"` // each with and without a space before it
	LengthPenalty      float64  `json:"length_penalty"`
	EarlyStopping      string   `json:"early_stopping,omitempty"` // "", "true" or "never"
	Compat             string   `json:"compat,omitempty"`         // "", or generate.Transformers35

	// KeepBlanks gives the models the blanks at a prompt's end, as the study did. In a
	// byte-level BPE the blank before a word belongs to it, so that hardly any word follows
	// a blank. Without KeepBlanks the blanks are left for the models to write.
	KeepBlanks bool `json:"keep_blanks"`

	// Int8 has texts written with the models' weights rounded to int8, on the processor and
	// without the engine: a quarter of the memory, and faster where reading the weights is what
	// takes the time, as with a large model. A few tokens come out otherwise.
	Int8 bool `json:"int8,omitempty"`

	// BFloat16 has texts written with the models' matrices rounded to bfloat16, in which
	// they are multiplied: half the memory of a GPU. On a processor it is slower than float32.
	BFloat16 bool `json:"bfloat16,omitempty"`
}

// Generation2020 are the study's settings, and the release of transformers that it
// ran on; but for the blanks.
func Generation2020() Generation {
	return Generation{
		DoSample: true, NumBeams: 10, NumReturnSequences: 10, MaxLength: 190, MinLength: 50,
		Temperature: 1, TopK: 100, TopP: 0.9, RepetitionPenalty: 1, NoRepeatNgramSize: 2, BadWords: []string{"|"},
		LengthPenalty: 1, Compat: generate.Transformers35,
	}
}

// Options are what pkg/generate takes.
func (g Generation) Options(seed uint64) generate.Options {
	return generate.Options{
		DoSample: g.DoSample, NumBeams: g.NumBeams, NumReturnSequences: g.NumReturnSequences,
		MaxLength: g.MaxLength, MaxNewTokens: g.MaxNewTokens, MinLength: g.MinLength, MinNewTokens: g.MinNewTokens,
		Temperature: g.Temperature, TopK: g.TopK, TopP: g.TopP, TypicalP: g.TypicalP,
		RepetitionPenalty: g.RepetitionPenalty, NoRepeatNgramSize: g.NoRepeatNgramSize, BadWords: g.BadWords,
		LengthPenalty: &g.LengthPenalty, EarlyStopping: g.EarlyStopping, Compat: g.Compat, Seed: seed,
	}
}

// Given are the prompts as the models get them, each once.
func (g Generation) Given(prompts []string) []string {
	var list []string
	for _, prompt := range prompts {
		if !g.KeepBlanks {
			prompt = strings.TrimRight(prompt, " ")
		}
		if !slices.Contains(list, prompt) {
			list = append(list, prompt)
		}
	}
	return list
}

// published are these settings as one of the study's recipes has them: the study
// changed two for its left.
func (g Generation) published(r Recipe) Generation {
	g.KeepBlanks = true
	if slices.Contains(r.Sides, Left) {
		g.Temperature, g.RepetitionPenalty = 0.9, 2
	}
	return g
}

// ID tells settings apart.
func (g Generation) ID() (string, error) {
	data, err := json.Marshal(g)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4]), nil
}

// String says in Spanish how texts are written.
func (g Generation) String() string {
	var parts []string
	switch {
	case g.DoSample && g.NumBeams > 1:
		parts = append(parts, fmt.Sprintf("Muestreo con %d haces", g.NumBeams))
	case g.DoSample:
		parts = append(parts, "Muestreo")
	case g.NumBeams > 1:
		parts = append(parts, fmt.Sprintf("Búsqueda con %d haces", g.NumBeams))
	default:
		parts = append(parts, "Siempre el token más probable")
	}
	if g.DoSample {
		parts = append(parts, "temperatura "+Short(g.Temperature))
		if g.TopK > 0 {
			parts = append(parts, fmt.Sprintf("top-k %d", g.TopK))
		}
		if g.TopP > 0 && g.TopP < 1 {
			parts = append(parts, "top-p "+Short(g.TopP))
		}
		if g.TypicalP > 0 && g.TypicalP < 1 {
			parts = append(parts, "typical-p "+Short(g.TypicalP))
		}
	}
	if g.NoRepeatNgramSize > 0 {
		parts = append(parts, "sin repetir secuencias de "+chart.Count(g.NoRepeatNgramSize, "token", "tokens"))
	}
	if g.RepetitionPenalty != 0 && g.RepetitionPenalty != 1 {
		parts = append(parts, "penalización de repeticiones "+Short(g.RepetitionPenalty))
	}
	if g.MaxNewTokens > 0 {
		parts = append(parts, "hasta "+chart.Count(g.MaxNewTokens, "token nuevo", "tokens nuevos"))
	} else {
		parts = append(parts, "hasta "+chart.Count(g.MaxLength, "token", "tokens"))
	}
	if g.Compat == generate.Transformers35 {
		parts = append(parts, "como transformers 3.5")
	}
	if g.Int8 {
		parts = append(parts, "con los pesos redondeados a int8")
	}
	if g.BFloat16 {
		parts = append(parts, "con las matrices en bfloat16")
	}
	return strings.Join(parts, ", ") + "."
}
