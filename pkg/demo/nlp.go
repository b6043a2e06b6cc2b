package demo

import (
	"math"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// features is NLP_FEATURES: what a language service would say of a text.
type features struct {
	Text           string         `json:"text"`
	Sentiment      string         `json:"sentiment"`
	SentimentScore sentimentScore `json:"sentiment_score"`
	Entities       []entity       `json:"entities"`
	KeyPhrases     []keyPhrase    `json:"key_phrases"`
}

type sentimentScore struct{ Mixed, Negative, Neutral, Positive float64 }

// Offsets count code points.
type entity struct {
	BeginOffset, EndOffset int
	Score                  float64
	Text, Type             string
}

type keyPhrase struct {
	BeginOffset, EndOffset int
	Score                  float64
	Text                   string
}

// analyse makes up the features of a text from what the speaker marked in it.
func analyse(r *rand.Rand, text string, stretches []marked, tones []string) features {
	f := features{Text: text, Entities: []entity{}, KeyPhrases: []keyPhrase{}}
	for _, m := range stretches {
		at := strings.Index(text, m.text)
		if at < 0 {
			// At the beginning of a sentence it has a capital.
			first, n := utf8.DecodeRuneInString(m.text)
			m.text = string(unicode.ToUpper(first)) + m.text[n:]
			if at = strings.Index(text, m.text); at < 0 {
				continue // a retweet's text is cut
			}
		}
		begin := utf8.RuneCountInString(text[:at])
		end := begin + utf8.RuneCountInString(m.text)
		score := rounded(0.6 + 0.4*r.Float64())
		if m.kind == "" {
			f.KeyPhrases = append(f.KeyPhrases, keyPhrase{begin, end, score, m.text})
		} else {
			f.Entities = append(f.Entities, entity{begin, end, score, m.text, m.kind})
		}
	}
	f.Sentiment = sentiment(tones)
	f.SentimentScore = scores(r, f.Sentiment)
	return f
}

// phraseWords is the usual length of a key phrase.
const phraseWords = 3

// detailed adds to features what makes a language service's bulky: a key phrase
// for every few words, and scores to the last digit of a single-precision number.
func detailed(r *rand.Rand, f features) features {
	for i := range f.Entities {
		f.Entities[i].Score = unrounded(r)
	}
	f.KeyPhrases = f.KeyPhrases[:0]
	words := strings.Fields(f.Text)
	begin := 0 // in code points
	for at := 0; len(words) > 0; {
		n := min(phraseWords, len(words))
		start := at + strings.Index(f.Text[at:], words[0])
		end := start
		for _, word := range words[:n] {
			end += strings.Index(f.Text[end:], word) + len(word)
		}
		begin += utf8.RuneCountInString(f.Text[at:start])
		phrase := f.Text[start:end]
		length := utf8.RuneCountInString(phrase)
		f.KeyPhrases = append(f.KeyPhrases, keyPhrase{begin, begin + length, unrounded(r), phrase})
		at, begin, words = end, begin+length, words[n:]
	}
	s := &f.SentimentScore
	for _, score := range []*float64{&s.Mixed, &s.Negative, &s.Neutral, &s.Positive} {
		*score = float64(float32(*score))
	}
	return f
}

func unrounded(r *rand.Rand) float64 { return float64(float32(0.6 + 0.4*r.Float64())) }

// sentiment is that of the sentences in the text: criticism is negative, an
// achievement or a greeting positive.
func sentiment(tones []string) string {
	var negative, positive bool
	for _, tone := range tones {
		negative = negative || tone == "crítica"
		positive = positive || tone == "logro" || tone == "saludo"
	}
	switch {
	case negative && positive:
		return "MIXED"
	case negative:
		return "NEGATIVE"
	case positive:
		return "POSITIVE"
	}
	return "NEUTRAL"
}

// scores gives most to the sentiment; all four sum to one.
func scores(r *rand.Rand, sentiment string) sentimentScore {
	most := rounded(0.55 + 0.4*r.Float64())
	a := rounded((1 - most) * r.Float64())
	b := rounded((1 - most - a) * r.Float64())
	c := rounded(1 - most - a - b)
	switch sentiment {
	case "MIXED":
		return sentimentScore{most, a, b, c}
	case "NEGATIVE":
		return sentimentScore{a, most, b, c}
	case "POSITIVE":
		return sentimentScore{a, b, c, most}
	}
	return sentimentScore{a, b, most, c}
}

func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }
