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
