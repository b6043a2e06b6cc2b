package comparing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// lotVersion is raised when sides are drawn, or told apart, otherwise.
const lotVersion = 2

// lotDeals is how often sides are drawn by lot. Where all are told apart less well than the
// real ones, that happens by chance once in twenty times.
const lotDeals = 19

var lotPath = filepath.Join("compare", "lot.json")

// Lot is how well the classifier without names tells two groups of accounts apart that were
// drawn by lot. Where it learns from and is tested on the same accounts, it recognises any such
// group by its accounts; where it is tested on a few others, chance may have them like those of
// one group. The sides say something only if they are told apart better.
type Lot struct {
	// Areas are those under the ROC curve, the lowest first. There are none where accounts are
	// too few to be dealt (see [compare.Deal]), or those of the test to be on both sides, or
	// where study.toml asks for figures over tweets.
	Areas []float64 `json:"areas"`
}

// lotOf draws sides by lot, of as many accounts as the real ones. Each tweet stays in the
// training or the test that it is in. inputs are the classifier's.
func lotOf(ctx context.Context, r *run.Run, train, test [2][]tweets.Tweet, inputs []any) (Lot, error) {
	lot, _, err := run.Cached(ctx, r, run.Step{
		Name: "lot", Version: lotVersion, Inputs: append(inputs, r.Settings.Resample == run.OverTweets), Artifacts: []string{lotPath},
	}, func() (lot Lot, err error) {
		lot.Areas, err = areasByLot(ctx, r, train, test)
		return lot, err
	})
	return lot, err
}

func areasByLot(ctx context.Context, r *run.Run, train, test [2][]tweets.Tweet) ([]float64, error) {
	const stream = 0x6c6f74 // "lot" sets these random numbers apart
	owners := [2][]string{writers(train[0], test[0]), writers(train[1], test[1])}
	deals, byAccount := compare.Deal(2*lotDeals, [2]int{len(owners[0]), len(owners[1])}, dealtBy(r, owners), rand.New(rand.NewPCG(r.Recipe.Seed, stream)))
	if !byAccount {
		return nil, nil
	}
	learnt, tested := slices.Concat(train[0], train[1]), slices.Concat(test[0], test[1])
	var learntFirst, testedFirst [][]bool // of each deal: whether a tweet is dealt to the first side
	for _, deal := range deals {
		first := map[string]bool{} // accounts
		for _, account := range compare.Dealt(deal, owners[0], owners[1])[0] {
			first[account] = true
		}
		inFirst := func(rows []tweets.Tweet) []bool {
			is := make([]bool, len(rows))
			for i, t := range rows {
				is[i] = first[t.ScreenName]
			}
			return is
		}
		if of := inFirst(tested); slices.Contains(of, true) && slices.Contains(of, false) && len(testedFirst) < lotDeals {
			learntFirst, testedFirst = append(learntFirst, inFirst(learnt)), append(testedFirst, of)
		}
	}
	if len(testedFirst) < lotDeals {
		return nil, nil
	}
	track, err := r.EngineTrack("Clasificador de cuentas por sorteo", "ajustes", 0)
	if err != nil {
		return nil, err
	}
	scores, err := r.Maker.ScoresOfDeals(ctx, slices.Collect(run.CleanTexts(learnt)), slices.Collect(run.CleanTexts(tested)), learntFirst, task.ClassifierOptions{
		Names: namesOf(r, slices.Concat(learnt, tested)), Seed: r.Recipe.Seed,
		Progress: func(done, total int) { run.LogUnshown(track.Set(int64(done), int64(total), "")) },
	})
	run.LogUnshown(track.Close(err))
	if err != nil {
		return nil, err
	}
	areas := make([]float64, lotDeals)
	for i, of := range testedFirst {
		var first, second []compare.ScoredText
		for j, isFirst := range of {
			if scored := (compare.ScoredText{Score: scores[i][j]}); isFirst {
				first = append(first, scored)
			} else {
				second = append(second, scored)
			}
		}
		areas[i] = compare.AreaOf(first, second)
	}
	slices.Sort(areas)
	return areas, nil
}

// beyond tells whether an area is greater than by any lot; false if none was drawn.
func (l Lot) beyond(area float64) bool { return len(l.Areas) > 0 && area > slices.Max(l.Areas) }

// span writes the areas by lot, from the least to the most.
func (l Lot) span() string {
	return fmt.Sprintf("de %s a %s", chart.Number(slices.Min(l.Areas), 3), chart.Number(slices.Max(l.Areas), 3))
}

// reading says in a line how the sides do beside accounts drawn by lot; empty if none were.
func (l Lot) reading(area float64) string {
	if len(l.Areas) == 0 {
		return ""
	}
	verdict := "no se puede decir que los lados se distingan más que dos grupos de cuentas cualesquiera"
	if l.beyond(area) {
		verdict = "los lados se distinguen más que dos grupos de cuentas cualesquiera"
	}
	return fmt.Sprintf("Sin los nombres, el área bajo la curva ROC es %s; con las cuentas repartidas por sorteo en dos grupos como los lados, %s (%s): %s.\n",
		chart.Number(area, 3), l.span(), chart.Count(len(l.Areas), "reparto", "repartos"), verdict)
}
