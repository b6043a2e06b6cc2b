package study

import (
	"context"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

const sidesVersion = 1

// ChosenSides are the tweets of the right and of the left.
type ChosenSides struct {
	Tweets map[Side][]tweets.Tweet

	rest   []tweets.Tweet // on neither
	study  *Study
	loaded *Loaded
}

func (s *Study) sides(ctx context.Context) (*ChosenSides, error) {
	loaded, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	whose, err := step{Name: "sides", Inputs: []any{loaded.made.Fingerprint, s.whom(Sides...)}}.fingerprint()
	if err != nil {
		return nil, err
	}
	chosen, err := once(s, "sides", whose, func() (ChosenSides, error) { return s.chooseSides(loaded.Tweets) })
	if err != nil {
		return nil, err
	}
	chosen.study, chosen.loaded = s, loaded
	for _, side := range Sides {
		if err := s.keepSide(ctx, loaded, side, chosen.Tweets[side]); err != nil {
			return nil, err
		}
	}
	return &chosen, nil
}

// chooseSides parts the tweets.
func (s *Study) chooseSides(rows []tweets.Tweet) (ChosenSides, error) {
	chosen := ChosenSides{Tweets: map[Side][]tweets.Tweet{}}
	isRight, isLeft := s.side(Right), s.side(Left)
	for _, t := range rows {
		right, left := isRight.Has(t), isLeft.Has(t)
		switch {
		case right && left:
			return chosen, fmt.Errorf("@%s (%s, %s) cae en los dos lados; corrija [sides] en %s/study.toml", t.ScreenName, t.Partido, t.Coalicion, s.Corpus)
		case right:
			chosen.Tweets[Right] = append(chosen.Tweets[Right], t)
		case left:
			chosen.Tweets[Left] = append(chosen.Tweets[Left], t)
		default:
			chosen.rest = append(chosen.rest, t)
		}
	}
	return chosen, nil
}

// keepSide writes a side's Parquet file.
func (s *Study) keepSide(ctx context.Context, loaded *Loaded, side Side, rows []tweets.Tweet) error {
	if len(rows) == 0 {
		return fmt.Errorf("el lado «%s» no tiene ningún tweet; revise [sides] en %s/study.toml: las cuentas y partidos van como en accounts.csv", s.Label(side), s.Corpus)
	}
	file := side.Folder() + ".parquet"
	_, err := s.run(ctx, step{
		Name: "side-" + side.Folder(), Version: sidesVersion,
		Inputs:    []any{loaded.made.Fingerprint, s.whom(side)},
		Artifacts: []string{file},
	}, func() error { return s.maker.WriteTweets(s.path(file), rows) })
	if err != nil {
		return err
	}
	return s.record("side-"+side.Folder(), Figure{ID: "sides." + side.Folder(), Value: float64(len(rows)), Unit: "tweets", Source: file})
}
