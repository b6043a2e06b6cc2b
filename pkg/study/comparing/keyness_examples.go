package comparing

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// How much of the words' examples the run folder and the reports keep: at most about
// 200 bytes for each example, 160 kB for all of a figure.
const (
	exampledWords  = 200 // at either end of the list
	examplesEach   = 2   // of a word on each side
	exampleWidth   = 45  // characters before and after the word
	ordinaryPoints = 400 // words without examples in the scatter, the most frequent ones
)

// Example is a use of a word in a tweet of one side.
type Example struct {
	compare.Context
	ScreenName string `json:"screen_name"`
}

// examples finds uses of the words at both ends on each side.
func examples(k compare.Keyness, rows map[run.Side][]tweets.Tweet, seed uint64) map[string][2][]Example {
	var words []string
	for i, word := range k.Words {
		if i < exampledWords || i >= len(k.Words)-exampledWords {
			words = append(words, word.Word)
		}
	}
	found := make(map[string][2][]Example, len(words))
	for i, side := range run.Sides {
		var texts, authors []string
		for _, t := range rows[side] {
			texts, authors = append(texts, t.TextClean), append(authors, t.ScreenName)
		}
		for word, lines := range compare.Concordance(texts, authors, words, examplesEach, exampleWidth, seed) {
			uses := found[word]
			for _, line := range lines {
				uses[i] = append(uses[i], Example{line, authors[line.Text]})
			}
			found[word] = uses
		}
	}
	return found
}

// Scatter shows the words by their frequency on each side; hovering one of the most
// telling shows how each side uses it.
func (k *Keyness) Scatter() chart.Element {
	r := k.run
	shown, per := k.points(), k.per()
	choice := fmt.Sprintf("Se muestran las %s.", chart.Integer(len(shown)))
	if all := len(k.Words); len(shown) < all {
		choice = fmt.Sprintf("De las %s se muestran %s: las %d de mayor z de cada lado y las más frecuentes de las demás.",
			chart.Integer(all), chart.Integer(len(shown)), exampledWords)
	}
	c := chart.Terms{
		Figure: chart.Figure{
			Title: fmt.Sprintf("Las palabras de %s y de %s, según cuánto las usa cada lado", r.Named(run.Right), r.Named(run.Left)),
			Subtitle: "Lejos de la diagonal (línea cortada), palabras que un lado usa más que el otro; el color es su z. Las de igual frecuencia se muestran juntas. " +
				"Al pasar el cursor sobre una palabra, ejemplos de tweets reales.",
			Source: r.Source(run.Sentences(k.method(), choice, "Ejes en escala asinh, que es logarítmica salvo cerca del 0.")),
		},
		XName:     fmt.Sprintf("Veces en %s, por %s palabras", r.Named(run.Right), chart.Integer(per)),
		YName:     fmt.Sprintf("Veces en %s, por %s palabras", r.Named(run.Left), chart.Integer(per)),
		ValueName: "z",
		High:      "Más de " + r.Named(run.Right), HighColor: run.SideColor(run.Right),
		Low: "Más de " + r.Named(run.Left), LowColor: run.SideColor(run.Left),
	}
	for _, word := range shown {
		term := chart.Term{
			Label: word.Word, Value: word.Z,
		}
		rates := []*float64{&term.X, &term.Y}
		for i, side := range run.Sides {
			*rates[i] = float64(per) * float64(word.Counts[i]) / float64(k.Tokens[i])
			term.Lines = append(term.Lines, fmt.Sprintf("%s: %s veces, %s por %s palabras",
				r.Label(side), chart.Integer(word.Counts[i]), chart.Number(*rates[i], 1), chart.Integer(per)))
			group := chart.QuoteGroup{Heading: r.Label(side)}
			for _, use := range k.examples[word.Word][i] {
				group.Quotes = append(group.Quotes, chart.Quote{Before: use.Before, Word: use.Word, After: use.After, By: "@" + use.ScreenName})
			}
			term.Quotes = append(term.Quotes, group)
		}
		term.Lines = append(term.Lines, "z: "+chart.Number(word.Z, 1))
		c.Terms = append(c.Terms, term)
	}
	return c
}

// per is the power of ten of words for which frequencies are given: one of which the
// rarest words that are compared are said about once or a few times.
func (k *Keyness) per() int {
	per := 1
	for per*k.MinCount < k.Tokens[0]+k.Tokens[1] {
		per *= 10
	}
	return per
}

// points are the words that the scatter shows: those with examples, the most telling of
// each side in turn, then the most frequent of the others.
func (k *Keyness) points() []compare.KeyWord {
	all := k.Words
	var shown, others []compare.KeyWord
	for i, word := range all {
		if i < exampledWords || i >= len(all)-exampledWords {
			shown = append(shown, word)
		} else {
			others = append(others, word)
		}
	}
	slices.SortStableFunc(shown, func(a, b compare.KeyWord) int { return cmp.Compare(math.Abs(b.Z), math.Abs(a.Z)) })
	slices.SortStableFunc(others, func(a, b compare.KeyWord) int {
		return cmp.Compare(b.Counts[0]+b.Counts[1], a.Counts[0]+a.Counts[1])
	})
	return append(shown, others[:min(ordinaryPoints, len(others))]...)
}
