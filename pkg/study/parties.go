package study

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// partiesVersion is raised when parties are measured otherwise.
const partiesVersion = 1

// fewestOfParty is the number of test tweets from which a party's figures get
// intervals.
const fewestOfParty = 10

// Parties is how the models take the test tweets of each party.
type Parties struct {
	Parties []Party // those that the right's model likes best, first

	scores *Scores
	study  *Study
	made   stepRecord
}

// Party is a party's test tweets under the models. A party with accounts on both
// sides stands once for each.
type Party struct {
	Name   string `json:"name"`   // empty: accounts without a party
	Folder string `json:"folder"` // derecha, izquierda or resto
	compare.Prediction
	// Right is the share of its tweets that the right's model finds likelier than the
	// left's.
	Right compare.Measure `json:"right"`
}

func (s *Study) parties(ctx context.Context) (*Parties, error) {
	scores, err := s.scores(ctx)
	if err != nil {
		return nil, err
	}
	p := &Parties{study: s, scores: scores}
	path := filepath.Join("compare", s.Recipe.Name, "parties.json")
	p.Parties, p.made, err = cached(ctx, s, step{
		Name: "parties-" + s.Recipe.Name, Version: partiesVersion,
		Inputs: []any{scores.made.Fingerprint, s.Recipe.Seed}, Artifacts: []string{path},
	}, func() (parties []Party, err error) {
		for folder, list := range map[string][]ScoredTweet{Right.Folder(): scores.Sides[Right], Left.Folder(): scores.Sides[Left], rest: scores.Rest} {
			byParty := map[string][]ScoredTweet{}
			for _, t := range list {
				byParty[t.Partido] = append(byParty[t.Partido], t)
			}
			for name, own := range byParty {
				party, err := measureParty(own, s.Recipe.Seed)
				if err != nil {
					return nil, err
				}
				party.Name, party.Folder = name, folder
				parties = append(parties, party)
			}
		}
		slices.SortFunc(parties, func(a, b Party) int {
			return cmp.Or(cmp.Compare(b.Right.Value, a.Right.Value), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Folder, b.Folder))
		})
		return parties, nil
	})
	if err != nil {
		return nil, err
	}
	return p, p.record(path)
}

// measureParty measures one party's tweets.
func measureParty(list []ScoredTweet, seed uint64) (party Party, err error) {
	pairs := [][2]int{{scoredBy(Right), scoredBy(Left)}}
	if party.Prediction, err = compare.PredictionOf(predicted(list), pairs, seed); err != nil {
		return party, err
	}
	party.Right = shareOf(list, seed, func(t ScoredTweet) bool { return t.right() > 0 })
	if len(list) < fewestOfParty {
		bare := func(m *compare.Measure) { m.Within, m.Accounts = nil, nil }
		for i := range party.Models {
			bare(&party.Models[i].Perplexity)
			bare(&party.Models[i].BitsPerByte)
		}
		bare(&party.Differences[0].BitsPerByte)
		bare(&party.Right)
	}
	return party, nil
}

// named tells whether the corpus has parties at all.
func (p *Parties) named() bool {
	return slices.ContainsFunc(p.Parties, func(party Party) bool { return party.Name != "" })
}

// record keeps each party's measures in figures.json.
func (p *Parties) record(source string) error {
	s := p.study
	var figures []Figure
	for _, party := range p.Parties {
		id := "compare." + p.scores.instead.id(s.Recipe) + ".party." + party.Folder + "." + party.Name
		figures = append(figures, s.predictionFigures(id, party.Prediction, source)...)
		figures = append(figures, Figure{
			ID: id + ".to_right", Value: party.Right.Value, Unit: "share of tweets", N: party.Texts, Seed: s.Recipe.Seed, Source: source,
		}.measured(party.Right))
	}
	return s.record("parties-"+s.Recipe.Name, figures...)
}
