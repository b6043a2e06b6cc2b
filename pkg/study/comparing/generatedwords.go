package comparing

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// generatedWordsVersion is raised when the words of the generated texts are weighed
// otherwise.
const generatedWordsVersion = 4

// GeneratedWords is which words each side's model overuses and underuses, against the
// training tweets of its side.
type GeneratedWords struct {
	Sides []GeneratedUse

	Record  run.Record
	StandIn modelling.StandIn

	run *run.Run
}

// GeneratedUse is one side's part of it.
type GeneratedUse struct {
	Side    run.Side `json:"side"`
	Texts   int      `json:"texts"`   // generated ones
	Prompts int      `json:"prompts"` // that they continue
	// Words are weighed with the generated texts as the first side. All texts of a prompt
	// count as one, so that the intervals draw whole prompts: texts of one prompt share its
	// topic, and those of one beam search most of their words.
	Words compare.Keyness `json:"words"`
	// Users counts the generated texts in which a word stands, for the words at both ends.
	Users map[string]int `json:"users"`
	// Real is the same for real test tweets, as many words of them as were generated: what
	// chance alone does.
	Real compare.Keyness `json:"real"`
}

// GeneratedWordsOf weighs the words of the generated texts. The prompts' own words do not
// count.
func GeneratedWordsOf(ctx context.Context, r *run.Run) (*GeneratedWords, error) {
	generated, err := modelling.Generate(ctx, r)
	if err != nil {
		return nil, err
	}
	inputs := []any{generated.Fingerprints, r.Recipe.Seed}
	sets := map[run.Side]*modelling.DataSet{}
	for _, side := range run.Sides {
		if sets[side], err = modelling.DataSetOf(ctx, r, side); err != nil {
			return nil, err
		}
		inputs = append(inputs, sets[side].Parted)
	}
	g := &GeneratedWords{run: r, StandIn: generated.StandIn}
	path := filepath.Join("compare", r.Recipe.Name, "words.json")
	g.Sides, g.Record, err = run.Cached(ctx, r, run.Step{
		Name: "generated-words-" + r.Recipe.Name, Version: generatedWordsVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() (sides []GeneratedUse, err error) {
		for _, side := range run.Sides {
			use, err := wordUse(generated.Texts[side], sets[side], r.Recipe.Seed)
			if err != nil {
				return nil, err
			}
			use.Side = side
			sides = append(sides, use)
		}
		return sides, nil
	})
	if err != nil {
		return nil, err
	}
	return g, g.record(ctx, path)
}

// wordUse weighs one side's generated texts against its training tweets.
func wordUse(written []modelling.GeneratedText, set *modelling.DataSet, seed uint64) (use GeneratedUse, err error) {
	use.Texts = len(written)
	var prompts []string // in the order of their first text
	own := map[string][]string{}
	for _, t := range written {
		if own[t.Prompt] == nil {
			prompts = append(prompts, t.Prompt)
		}
		own[t.Prompt] = append(own[t.Prompt], t.OwnWords())
	}
	use.Prompts = len(prompts)
	var documents, learnt []string
	for _, prompt := range prompts {
		documents = append(documents, strings.Join(own[prompt], "\n"))
	}
	for text := range run.CleanTexts(set.TrainTweets) {
		learnt = append(learnt, text)
	}
	if use.Words, err = unevenKeyness(documents, learnt, seed); err != nil {
		return use, fmt.Errorf("palabras de los textos generados: %w", err)
	}
	use.Users = map[string]int{}
	for _, word := range use.Words.Words {
		if word.Formula != nil {
			use.Users[word.Word] = 0
		}
	}
	for _, t := range written {
		seen := map[string]bool{}
		for _, word := range compare.Words(t.OwnWords()) {
			if _, shown := use.Users[word]; shown && !seen[word] {
				seen[word] = true
				use.Users[word]++
			}
		}
	}
	use.Real, err = unevenKeyness(asManyWords(set, use.Words.Tokens[0], seed), learnt, seed)
	if err != nil {
		return use, fmt.Errorf("palabras de los tweets de prueba: %w", err)
	}
	return use, nil
}

// unevenKeyness weighs the words of a few texts against those of many. The prior weighs a
// tenth of two samples as large as the smaller one: a tenth of both, as is usual between
// samples of about equal size, would outweigh the few.
func unevenKeyness(few, many []string, seed uint64) (compare.Keyness, error) {
	var words [2]int
	for i, texts := range [2][]string{few, many} {
		for _, text := range texts {
			words[i] += compare.ContentWords(text)
		}
	}
	scale := 0.2 * float64(min(words[0], words[1])) / float64(max(1, words[0]+words[1]))
	return compare.KeynessOf(few, many, compare.KeynessOptions{Scale: scale, MinCount: 5, Seed: seed})
}

// ends are the words that the model uses too often, or too seldom, the most telling first.
// What stands in a single generated text says too little.
func (use GeneratedUse) ends(over bool) []compare.KeyWord {
	const looked = 25 // as many have their texts counted
	list := ends(use.Words.Words, over, looked)
	if over {
		list = slices.DeleteFunc(list, func(word compare.KeyWord) bool { return use.Users[word.Word] < 2 })
	}
	return list[:min(generatedShown, len(list))]
}

// asManyWords draws test tweets until they hold about as many words as were generated;
// all of them, if there are fewer.
func asManyWords(set *modelling.DataSet, words int, seed uint64) []string {
	const stream = 0x776f726473 // sets these random numbers apart
	var all, chosen []string
	for text := range run.CleanTexts(set.Test.Tweets) {
		all = append(all, text)
	}
	for _, i := range rand.New(rand.NewPCG(seed, stream)).Perm(len(all)) {
		if words <= 0 {
			break
		}
		chosen = append(chosen, all[i])
		words -= compare.ContentWords(all[i])
	}
	return chosen
}

// beyondChance counts the words whose |z| is above 1.96.
func beyondChance(k compare.Keyness) (n int) {
	const twoSided = 1.96
	for _, word := range k.Words {
		if math.Abs(word.Z) > twoSided {
			n++
		}
	}
	return n
}

// record keeps the log-odds of the words shown, and how many differ, in figures.json.
func (g *GeneratedWords) record(ctx context.Context, source string) error {
	r := g.run
	var figures []run.Figure
	for _, use := range g.Sides {
		id := "compare." + g.StandIn.RecipeName(r.Recipe) + ".words." + use.Side.Folder() + "."
		figures = append(figures,
			run.Figure{ID: id + "beyond.generated", Value: float64(beyondChance(use.Words)), Unit: fmt.Sprintf("of %d words", len(use.Words.Words)), N: use.Texts, Seed: r.Recipe.Seed, Source: source},
			run.Figure{ID: id + "beyond.test", Value: float64(beyondChance(use.Real)), Unit: fmt.Sprintf("of %d words", len(use.Real.Words)), N: use.Real.Texts[0], Seed: r.Recipe.Seed, Source: source})
		for _, over := range []bool{true, false} {
			for _, word := range use.ends(over) {
				figures = append(figures, run.Figure{
					ID: id + "log_odds." + word.Word, Unit: "log-odds, generated above 0",
					N: use.Texts + use.Words.Texts[1], Seed: r.Recipe.Seed, Source: source,
				}.OfWord(word))
			}
		}
	}
	return r.RecordFigures(ctx, "generated-words-"+r.Recipe.Name, figures...)
}
