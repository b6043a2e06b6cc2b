package lean

import (
	"math"
	"strings"
	"unicode"
)

// Word is a word of a text, as it stands there between white space, with the bits that each
// of several models needs for it, given all that stands before it.
type Word struct {
	Text string    `json:"text"`
	Bits []float64 `json:"bits"` // of one model after the other
}

// Lean is the logarithm, to base 2, of how many times likelier the word is under the first
// of two models than under the second.
func (w Word) Lean(first, second int) float64 { return w.Bits[second] - w.Bits[first] }

// Words puts words together from tokens: the bytes of a text's tokens one after the
// other, and each model's negative log-likelihoods of them, in nats. A word's bits are
// those of its tokens, so that all words' bits are all tokens'.
//
// Tokens need not be parts of words, nor whole characters. White space belongs to the word
// after it, as in a byte-level BPE, and at the end to the last one; the bits of a token
// that reaches into several words are shared out by its bytes in each. A text without any
// word has no scores.
func Words(tokens []string, nll ...[]float32) []Word {
	text := strings.Join(tokens, "")
	var words []Word
	var ends []int // of the words, in bytes
	begin := -1
	for i, r := range text + " " {
		switch space := unicode.IsSpace(r); {
		case !space && begin < 0:
			begin = i
		case space && begin >= 0:
			words = append(words, Word{text[begin:i], make([]float64, len(nll))})
			ends = append(ends, i)
			begin = -1
		}
	}
	if len(words) == 0 {
		return nil
	}
	at, word := 0, 0 // where the token begins, and the first word that ends after it
	for i, token := range tokens {
		for word < len(words)-1 && ends[word] <= at {
			word++
		}
		parts := shares(words[word:], ends[word:], at, at+len(token))
		for m := range nll {
			bits := float64(nll[m][i]) / math.Ln2
			for j, share := range parts {
				words[word+j].Bits[m] += share * bits
			}
		}
		at += len(token)
	}
	return words
}

// shares are the parts of the bytes from at to end that lie in each of the words, white
// space not counted; all is the first word's where there is nothing else.
func shares(words []Word, ends []int, at, end int) []float64 {
	var parts []float64
	total := 0.0
	for j, word := range words {
		inside := float64(min(end, ends[j]) - max(at, ends[j]-len(word.Text)))
		if inside <= 0 {
			break
		}
		parts = append(parts, inside)
		total += inside
	}
	if total == 0 {
		return []float64{1}
	}
	for j := range parts {
		parts[j] /= total
	}
	return parts
}
