package compare

import (
	"errors"
	"fmt"
	"math"
)

// PredictedText is a text with its score under each of several models.
type PredictedText struct {
	Owner  string      // who wrote it
	Scores []TextScore // of one model after the other
}

// Prediction says how well models predict some texts, each text by itself.
type Prediction struct {
	Texts    int `json:"texts"`
	Accounts int `json:"accounts"`
	Bytes    int `json:"bytes"`
	// Models are in the order of the scores.
	Models []ModelPrediction `json:"models"`
	// Differences are those of the pairs asked for.
	Differences []PairedDifference `json:"differences"`
}

// ModelPrediction is how well one model predicts the texts.
type ModelPrediction struct {
	Tokens      int     `json:"tokens"`     // scored
	Perplexity  Measure `json:"perplexity"` // per token
	BitsPerByte Measure `json:"bits_per_byte"`
}

// PairedDifference compares two models on the same texts: bits per byte of the
// first minus those of the second, below 0 where the first predicts better.
type PairedDifference struct {
	First       int     `json:"first"` // index of a model
	Second      int     `json:"second"`
	BitsPerByte Measure `json:"bits_per_byte"`
}

// PredictionOf gives each model's perplexity exp(Σ NLL / Σ tokens) and its bits
// per byte Σ NLL / (ln 2 · Σ bytes) over the texts, and the differences of pairs of
// models.
//
// Each text was scored alone (score.Texts), so every term of the sums depends on one text,
// texts can be resampled, and the intervals are those of a ratio of sums. (With a window
// that slides over all texts, as in score.Perplexities, the model also sees the preceding
// texts, and perplexity is lower.) The difference of two models is computed on the same
// samples for both: what makes a text hard for every model cancels, so its interval is far
// narrower than the models' own, and shows whether the difference is real.
func PredictionOf(texts []PredictedText, pairs [][2]int, seed uint64) (Prediction, error) {
	if len(texts) == 0 {
		return Prediction{}, errors.New("compare: no texts to predict")
	}
	models := len(texts[0].Scores)
	owners := make([]string, len(texts))
	known := map[string]bool{}
	p := Prediction{Texts: len(texts), Models: make([]ModelPrediction, models)}
	for i, t := range texts {
		if len(t.Scores) != models {
			return Prediction{}, fmt.Errorf("compare: text %d has scores of %d models, the first has %d", i, len(t.Scores), models)
		}
		owners[i], known[t.Owner] = t.Owner, true
		for m, score := range t.Scores {
			p.Models[m].Tokens += score.Tokens
		}
		p.Bytes += t.Scores[0].Bytes
	}
	p.Accounts = len(known)
	nll, tokens, bytes := make([]float64, models), make([]float64, models), make([]float64, models)
	measures := MeasuresOf([][]string{owners}, 2*models+len(pairs), seed, func(samples [][]int, values []float64) {
		clear(nll)
		clear(tokens)
		clear(bytes)
		for _, i := range samples[0] {
			for m, score := range texts[i].Scores {
				nll[m] += score.NLL
				tokens[m] += float64(score.Tokens)
				bytes[m] += float64(score.Bytes)
			}
		}
		bits := func(m int) float64 { return nll[m] / math.Ln2 / bytes[m] }
		for m := range models {
			values[2*m], values[2*m+1] = math.Exp(nll[m]/tokens[m]), bits(m)
		}
		for i, pair := range pairs {
			values[2*models+i] = bits(pair[0]) - bits(pair[1])
		}
	})
	for m := range p.Models {
		p.Models[m].Perplexity, p.Models[m].BitsPerByte = measures[2*m], measures[2*m+1]
	}
	for i, pair := range pairs {
		p.Differences = append(p.Differences, PairedDifference{pair[0], pair[1], measures[2*models+i]})
	}
	return p, nil
}
