package exploring

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// ngramsVersion is raised when n-grams are counted or chosen otherwise.
const ngramsVersion = 1

// How many n-grams the table keeps: a party's most frequent of each length, fewer where
// there are many parties, so that a report stays small.
const (
	mostNgrams    = 25
	fewestNgrams  = 5
	mostNgramRows = 600 // of all parties
)

// Ngrams are the most frequent n-grams of each party.
type Ngrams struct {
	Ngrams []PartyNgram // by party and n, the most frequent first

	Record run.Record

	run *run.Run
}

// PartyNgram is an n-gram as one party uses it.
type PartyNgram struct {
	Party    string `json:"party"` // empty: accounts without a party
	N        int    `json:"n"`
	Ngram    string `json:"ngram"`
	Count    int    `json:"count"`    // times
	Accounts int    `json:"accounts"` // that used it
	Tweets   int    `json:"tweets"`   // of the party
}

// Rate is how often the n-gram stands in a thousand of the party's tweets.
func (g PartyNgram) Rate() float64 { return 1000 * float64(g.Count) / float64(g.Tweets) }

// NgramsOf counts the n-grams of each party, the same that word2vec learns from, and keeps
// the most frequent in ngrams.json.
func NgramsOf(ctx context.Context, r *run.Run) (*Ngrams, error) {
	loaded, err := loading.Load(ctx, r)
	if err != nil {
		return nil, err
	}
	g := &Ngrams{run: r}
	const path = "ngrams.json"
	g.Ngrams, g.Record, err = run.Cached(ctx, r, run.Step{
		Name: "ngrams", Version: ngramsVersion,
		Inputs:    []any{loaded.Record.Fingerprint, minCount, MaxN, mostNgrams, fewestNgrams, mostNgramRows},
		Artifacts: []string{path},
	}, func() ([]PartyNgram, error) { return frequentNgrams(loaded.Tweets), nil })
	if err != nil {
		return nil, err
	}
	var figures []run.Figure
	for _, gram := range g.Ngrams {
		figures = append(figures, run.Figure{ID: fmt.Sprintf("ngrams.%d.%s.%s", gram.N, gram.Party, gram.Ngram), Value: float64(gram.Count),
			Unit: "times", N: gram.Tweets, Source: path})
	}
	return g, r.RecordFigures(ctx, "ngrams", figures...)
}

// frequentNgrams returns the most frequent n-grams of each party. Those with an empty word,
// which two blanks in a row make, are none that a reader looks for.
func frequentNgrams(rows []tweets.Tweet) []PartyNgram {
	sizes := map[string]int{}
	for _, t := range rows {
		sizes[t.Partido]++
	}
	most := max(fewestNgrams, min(mostNgrams, mostNgramRows/MaxN/max(1, len(sizes))))
	var list []PartyNgram
	for n := 1; n <= MaxN; n++ {
		type use struct{ party, gram string }
		documents := ngrams(rows, n)
		counts := map[use]int{}
		for i, t := range rows {
			for _, gram := range documents[i] {
				counts[use{t.Partido, gram}]++
			}
		}
		byParty := map[string][]PartyNgram{}
		for u, count := range counts {
			if count >= minCount && !slices.Contains(strings.Split(u.gram, " "), "") {
				byParty[u.party] = append(byParty[u.party], PartyNgram{Party: u.party, N: n, Ngram: u.gram, Count: count, Tweets: sizes[u.party]})
			}
		}
		users := map[use]map[string]bool{}
		for party, own := range byParty {
			slices.SortFunc(own, func(a, b PartyNgram) int {
				return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Ngram, b.Ngram))
			})
			byParty[party] = own[:min(most, len(own))]
			for _, g := range byParty[party] {
				users[use{party, g.Ngram}] = map[string]bool{}
			}
		}
		for i, t := range rows {
			for _, gram := range documents[i] {
				if accounts, ok := users[use{t.Partido, gram}]; ok {
					accounts[t.ScreenName] = true
				}
			}
		}
		for _, party := range slices.Sorted(maps.Keys(byParty)) {
			for _, g := range byParty[party] {
				g.Accounts = len(users[use{party, g.Ngram}])
				list = append(list, g)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b PartyNgram) int { return cmp.Compare(a.Party, b.Party) })
	return list
}
