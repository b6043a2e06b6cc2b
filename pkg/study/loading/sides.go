package loading

import (
	"context"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

const sidesVersion = 1

// ChosenSides are the tweets of the right and of the left.
type ChosenSides struct {
	Tweets map[run.Side][]tweets.Tweet

	Rest   []tweets.Tweet // on neither
	Run    *run.Run
	Loaded *Loaded
}

// ChooseSides picks the tweets of each side and keeps them in derecha.parquet and
// izquierda.parquet. A tweet on both sides and a side without tweets are errors.
func ChooseSides(ctx context.Context, r *run.Run) (*ChosenSides, error) {
	loaded, err := Load(ctx, r)
	if err != nil {
		return nil, err
	}
	whose, err := run.Step{Name: "sides", Inputs: []any{loaded.Record.Fingerprint, r.SideCriteria(run.Sides...)}}.Fingerprint()
	if err != nil {
		return nil, err
	}
	chosen, err := run.Once(r, "sides", whose, func() (ChosenSides, error) { return assignSides(r, loaded.Tweets) })
	if err != nil {
		return nil, err
	}
	chosen.Run, chosen.Loaded = r, loaded
	for _, side := range run.Sides {
		if err := keepSide(ctx, r, loaded, side, chosen.Tweets[side]); err != nil {
			return nil, err
		}
	}
	return &chosen, nil
}

// assignSides gives each tweet to its side.
func assignSides(r *run.Run, rows []tweets.Tweet) (ChosenSides, error) {
	chosen := ChosenSides{Tweets: map[run.Side][]tweets.Tweet{}}
	isRight, isLeft := r.SideFilter(run.Right), r.SideFilter(run.Left)
	for _, t := range rows {
		right, left := isRight.Has(t), isLeft.Has(t)
		switch {
		case right && left:
			return chosen, fmt.Errorf("@%s (%s, %s) cae en los dos lados; corrija [sides] en %s/study.toml", t.ScreenName, t.Partido, t.Coalicion, r.Corpus)
		case right:
			chosen.Tweets[run.Right] = append(chosen.Tweets[run.Right], t)
		case left:
			chosen.Tweets[run.Left] = append(chosen.Tweets[run.Left], t)
		default:
			chosen.Rest = append(chosen.Rest, t)
		}
	}
	return chosen, nil
}

// keepSide writes a side's Parquet file.
func keepSide(ctx context.Context, r *run.Run, loaded *Loaded, side run.Side, rows []tweets.Tweet) error {
	if len(rows) == 0 {
		return fmt.Errorf("el lado «%s» no tiene ningún tweet; revise [sides] en %s/study.toml: las cuentas y partidos van como en accounts.csv", r.Label(side), r.Corpus)
	}
	file := side.Folder() + ".parquet"
	_, err := r.Do(ctx, run.Step{
		Name: "side-" + side.Folder(), Version: sidesVersion,
		Inputs:    []any{loaded.Record.Fingerprint, r.SideCriteria(side)},
		Artifacts: []string{file},
	}, func() error { return r.Maker.WriteTweets(r.Path(file), rows) })
	if err != nil {
		return err
	}
	return r.RecordFigures(ctx, "side-"+side.Folder(), run.Figure{ID: "sides." + side.Folder(), Value: float64(len(rows)), Unit: "tweets", Source: file})
}
