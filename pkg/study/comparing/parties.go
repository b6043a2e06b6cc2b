package comparing

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// partiesVersion is raised when parties are measured otherwise.
const partiesVersion = 2

// Parties is how the models take the test tweets of each party.
type Parties struct {
	Parties []Party // those that the right's model likes best, first

	Scores *Scores
	Record run.Record

	run *run.Run
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

// PartiesOf sums up the scores of the test tweets by party.
func PartiesOf(ctx context.Context, r *run.Run) (*Parties, error) {
	scores, err := ScoresOf(ctx, r)
	if err != nil {
		return nil, err
	}
	p := &Parties{run: r, Scores: scores}
	path := filepath.Join("compare", r.Recipe.Name, "parties.json")
	p.Parties, p.Record, err = run.Cached(ctx, r, run.Step{
		Name: "parties-" + r.Recipe.Name, Version: partiesVersion,
		Inputs: []any{scores.Record.Fingerprint, r.Recipe.Seed}, Artifacts: []string{path},
	}, func() (parties []Party, err error) {
		for folder, list := range map[string][]ScoredTweet{run.Right.Folder(): scores.Sides[run.Right], run.Left.Folder(): scores.Sides[run.Left], run.Rest: scores.Rest} {
			byParty := map[string][]ScoredTweet{}
			for _, t := range list {
				byParty[t.Partido] = append(byParty[t.Partido], t)
			}
			for name, own := range byParty {
				party, err := measureParty(own, r.Recipe.Seed)
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
	return p, p.record(ctx, path)
}

// measureParty measures one party's tweets.
func measureParty(list []ScoredTweet, seed uint64) (party Party, err error) {
	pairs := [][2]int{{ScoredBy(run.Right), ScoredBy(run.Left)}}
	if party.Prediction, err = compare.PredictionOf(predicted(list), pairs, seed); err != nil {
		return party, err
	}
	party.Right = shareOf(list, seed, func(t ScoredTweet) bool { return t.Right() > 0 })
	if len(list) < compare.FewestTexts {
		party.Right.Within = nil // as its other figures have none
	}
	return party, nil
}

// named tells whether the corpus has parties at all.
func (p *Parties) named() bool {
	return slices.ContainsFunc(p.Parties, func(party Party) bool { return party.Name != "" })
}

// record keeps each party's measures in figures.json.
func (p *Parties) record(ctx context.Context, source string) error {
	r := p.run
	var figures []run.Figure
	for _, party := range p.Parties {
		id := "compare." + p.Scores.StandIn.RecipeName(r.Recipe) + ".party." + party.Folder + "." + party.Name
		figures = append(figures, predictionFigures(r, id, party.Prediction, source)...)
		figures = append(figures, run.Figure{
			ID: id + ".to_right", Value: party.Right.Value, Unit: "share of tweets", N: party.Texts, Seed: r.Recipe.Seed, Source: source,
		}.Measured(party.Right))
	}
	return r.RecordFigures(ctx, "parties-"+r.Recipe.Name, figures...)
}
