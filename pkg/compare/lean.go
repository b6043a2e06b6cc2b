package compare

import (
	"math"
	"strings"
	"unicode"
)

// WordScore is a word of a text, as it stands there between white space, with the bits that
// each of several models needs for it, given all that stands before it. The difference of
// two models' bits is the word's lean: the logarithm, to base 2, of how many times
// likelier the word is under the one than under the other.
type WordScore struct {
	Text string    `json:"text"`
	Bits []float64 `json:"bits"` // of one model after the other
}

// Lean is above 0 where the first of two models expects the word more than the second.
func (w WordScore) Lean(first, second int) float64 { return w.Bits[second] - w.Bits[first] }

// WordScores puts words together from tokens: the bytes of a text's tokens one after the
// other, and each model's negative log-likelihoods of them, in nats. A word's bits are
// those of its tokens, so that all words' bits are all tokens'.
//
// Tokens need not be parts of words, nor whole characters. White space belongs to the word
// after it, as in a byte-level BPE, and at the end to the last one; the bits of a token
// that reaches into several words are shared out by its bytes in each. A text without any
// word has no scores.
func WordScores(tokens []string, nll ...[]float32) []WordScore {
	text := strings.Join(tokens, "")
	var words []WordScore
	var ends []int // of the words, in bytes
	begin := -1
	for i, r := range text + " " {
		switch space := unicode.IsSpace(r); {
		case !space && begin < 0:
			begin = i
		case space && begin >= 0:
			words = append(words, WordScore{text[begin:i], make([]float64, len(nll))})
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
func shares(words []WordScore, ends []int, at, end int) []float64 {
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

// ShortestSpan is the shortest run of words, from begin up to end, whose leans add up to a
// share of those of all words, or to more; of several as short, the one that adds up to
// most, and then the first. Words that lean the other way count against it. Where all
// leans together are nothing it is empty.
func ShortestSpan(leans []float64, share float64) (begin, end int) {
	total := sum(leans)
	if total == 0 {
		return 0, 0
	}
	wanted := share * math.Abs(total)
	// The whole adds up to the total, however it is rounded.
	end = len(leans)
	most := math.Abs(total)
	for i := range leans {
		run := 0.0
		for j := i; j < len(leans) && j+1-i <= end-begin; j++ {
			run += leans[j] * math.Copysign(1, total)
			if shorter := j+1-i < end-begin; run >= wanted && (shorter || run > most) {
				begin, end, most = i, j+1, run
			}
		}
	}
	return begin, end
}

// Probability is that of the first side, were both as frequent, where the leans of a text's
// words add up to so many bits.
func Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }
