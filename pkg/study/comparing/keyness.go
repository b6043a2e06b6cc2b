package comparing

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// keynessVersion is raised when the words are weighed otherwise.
const keynessVersion = 5

// Keyness is which words set the sides apart, on all tweets of both: no model is
// trained for it, so that none need be held back.
type Keyness struct {
	compare.Keyness
	// Accounts counts who uses a word, on the right and on the left, for the words
	// at both ends.
	Accounts map[string][2]int `json:"accounts"`
	// Chance counts the words that differ by more than 1.96 standard errors where both
	// sides are dealt at random into two piles, deal by deal.
	Chance []int `json:"chance"`
	// ByAccount tells whether accounts were dealt rather than tweets.
	ByAccount bool `json:"by_account"`
	// Examples are uses of the most telling words, on the right and on the left.
	examples map[string][2][]Example

	Record run.Record `json:"-"`

	run *run.Run
}

// KeynessOf weighs the words of both sides' tweets.
func KeynessOf(ctx context.Context, r *run.Run) (*Keyness, error) {
	chosen, err := loading.ChooseSides(ctx, r)
	if err != nil {
		return nil, err
	}
	options := compare.KeynessOptions{Seed: r.Recipe.Seed}
	path, examplesPath := filepath.Join("compare", "keyness.json"), filepath.Join("compare", "examples.json")
	k, made, err := run.Cached(ctx, r, run.Step{
		Name: "keyness", Version: keynessVersion,
		Inputs:    []any{chosen.Loaded.Record.Fingerprint, r.SideCriteria(run.Sides...), options, r.Settings.Resample == run.OverTweets},
		Artifacts: []string{path, examplesPath},
	}, func() (k Keyness, err error) {
		var texts [2][]string
		for i, side := range run.Sides {
			texts[i], options.Owners[i] = slices.Collect(run.CleanTexts(chosen.Tweets[side])), writers(chosen.Tweets[side])
		}
		if k.Keyness, err = compare.KeynessOf(texts[0], texts[1], options); err != nil {
			return k, err
		}
		if err := run.WriteJSON(r.Path(examplesPath), examples(k.Keyness, chosen.Tweets, r.Recipe.Seed)); err != nil {
			return k, err
		}
		k.Accounts = users(k.Keyness, chosen.Tweets)
		k.Chance, k.ByAccount, err = chanceOf(texts, dealtBy(r, options.Owners), r.Recipe.Seed)
		return k, err
	})
	if err != nil {
		return nil, err
	}
	if k.examples, err = run.Artifact(r, examplesPath, made, run.Decoded[map[string][2][]Example]); err != nil {
		return nil, err
	}
	k.run, k.Record = r, made
	return &k, k.record(ctx, path)
}

// keynessDeals is how often the sides are dealt at random. Where all deals have fewer words
// that differ than the sides, that happens by chance once in twenty times.
const keynessDeals = 19

// chanceOf counts the words beyond 1.96 standard errors of each deal.
func chanceOf(texts, owners [2][]string, seed uint64) (counts []int, byAccount bool, err error) {
	const stream = 0x6465616c // sets these random numbers apart
	deals, byAccount := compare.Deal(keynessDeals, [2]int{len(texts[0]), len(texts[1])}, owners, rand.New(rand.NewPCG(seed, stream)))
	for _, deal := range deals {
		piles := compare.Dealt(deal, texts[0], texts[1])
		words, err := compare.KeynessOf(piles[0], piles[1], compare.KeynessOptions{Intervals: -1})
		if err != nil {
			return nil, false, err
		}
		counts = append(counts, beyondChance(words))
	}
	return counts, byAccount, nil
}

// users counts the accounts that use each of the words at both ends.
func users(k compare.Keyness, rows map[run.Side][]tweets.Tweet) map[string][2]int {
	who := map[string][2]map[string]bool{}
	for _, word := range k.Words {
		if word.Formula != nil {
			who[word.Word] = [2]map[string]bool{{}, {}}
		}
	}
	for i, side := range run.Sides {
		for _, t := range rows[side] {
			for _, word := range compare.Words(t.TextClean) {
				if accounts, ok := who[word]; ok {
					accounts[i][t.ScreenName] = true
				}
			}
		}
	}
	counts := make(map[string][2]int, len(who))
	for word, accounts := range who {
		counts[word] = [2]int{len(accounts[0]), len(accounts[1])}
	}
	return counts
}

// record keeps the log-odds of the words shown in figures.json.
func (k *Keyness) record(ctx context.Context, source string) error {
	var figures []run.Figure
	for _, side := range run.Sides {
		for _, word := range k.ends(side) {
			figures = append(figures, run.Figure{
				ID: "compare.keyness." + side.Folder() + "." + word.Word, Unit: "log-odds, right above 0",
				N: k.Texts[0] + k.Texts[1], Seed: k.run.Recipe.Seed, Source: source,
			}.OfWord(word))
		}
	}
	return k.run.RecordFigures(ctx, "keyness", figures...)
}

// shownWords are those of each side in chart and table.
const shownWords = 15

// ends returns a side's words, the most telling first.
func (k *Keyness) ends(side run.Side) []compare.KeyWord {
	return ends(k.Words, side == run.Right, shownWords)
}

// ends returns at most n words of one end of a list sorted by z, the most telling first.
func ends(all []compare.KeyWord, first bool, n int) []compare.KeyWord {
	var list []compare.KeyWord
	for i := range min(n, len(all)) {
		word := all[i]
		if !first {
			word = all[len(all)-1-i]
		}
		if word.Z > 0 == first {
			list = append(list, word)
		}
	}
	return list
}
