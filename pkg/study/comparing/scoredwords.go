package comparing

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/lean"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// ScoredWords are a text's words as it writes them, with the bits that each model needs for
// each of them.
type ScoredWords struct {
	Words []string     `json:"words"`
	Bits  [3][]float32 `json:"bits"` // of the base, the right's and the left's model
}

// Lean is how many bits the right's model expects a word more than the left's.
func (w ScoredWords) Lean(i int) float64 {
	return float64(w.Bits[ScoredBy(run.Left)][i]) - float64(w.Bits[ScoredBy(run.Right)][i])
}

// wordsOf puts together the words of a text of which all three models' tokens are scored.
func wordsOf(scores [][]compare.TokenScores, text int) (w ScoredWords) {
	var nll [len(w.Bits)][]float32
	for m := range nll {
		nll[m] = scores[m][text].NLLs
	}
	for _, word := range lean.Words(scores[ScoredBase][text].Pieces, nll[:]...) {
		w.Words = append(w.Words, word.Text)
		for m, bits := range word.Bits {
			w.Bits[m] = append(w.Bits[m], float32(bits))
		}
	}
	return w
}

// wordsPath is the file of the words of both sides' test tweets: a line for each, the right's
// before the left's.
func wordsPath(r *run.Run) string {
	return filepath.Join("compare", r.Recipe.Name, "scored-words.jsonl")
}

// saveWords writes a line for each text.
func saveWords(path string, words []ScoredWords) error {
	return home.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		for _, text := range words {
			if err := encoder.Encode(text); err != nil {
				return err
			}
		}
		return nil
	})
}

// Words reads the words of the test tweets, in the order of Sides.
func (s *Scores) Words() ([2][]ScoredWords, error) {
	return run.Artifact(s.Run, wordsPath(s.Run), s.Record, s.readWords)
}

func (s *Scores) readWords(path string) (words [2][]ScoredWords, err error) {
	file, err := os.Open(path)
	if err != nil {
		return words, err
	}
	defer func() { _ = file.Close() }()
	decoder := json.NewDecoder(bufio.NewReader(file))
	for _, side := range run.Sides {
		words[side] = make([]ScoredWords, len(s.Sides[side]))
		for i := range words[side] {
			if err := decoder.Decode(&words[side][i]); err != nil {
				return words, fmt.Errorf("leer %s: %w; bórrelo para rehacer ese paso", path, err)
			}
		}
	}
	return words, nil
}
