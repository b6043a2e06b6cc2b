package comparing

import (
	"context"
	"math"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/lean"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// leanVersion is raised when leans are counted otherwise.
const leanVersion = 2

// mostOfLean is the share of a tweet's lean that its shortest span carries.
const mostOfLean = 0.8

// Lean is where in the test tweets the two models differ, on the calibrated scale: a word's
// bits towards the right, times the temperature's scale.
type Lean struct {
	Words compare.WordLeans `json:"words"`
	// Limit is the lean from which on words are not coloured more: few go beyond.
	Limit float64 `json:"limit"`
	// Keyness is the z of all words shown: of stop words too, which [Keyness] does not weigh.
	Keyness map[string]float64 `json:"keyness"`
	// Span is the middle share of a tweet's words, over the tweets of each side, that the
	// shortest run with most of its lean takes.
	Span [2]compare.Measure `json:"span"`

	Calibration *Calibration     `json:"-"`
	InTweets    [2][]ScoredWords `json:"-"` // of the test tweets, by Side
	Scores      *Scores          `json:"-"`
	Record      run.Record       `json:"-"`

	run *run.Run
}

// LeanOf says which words of the test tweets lean, in their context.
func LeanOf(ctx context.Context, r *run.Run) (*Lean, error) {
	calibration, err := CalibrationOf(ctx, r)
	if err != nil {
		return nil, err
	}
	keyness, err := KeynessOf(ctx, r)
	if err != nil {
		return nil, err
	}
	chosen, err := loading.ChooseSides(ctx, r)
	if err != nil {
		return nil, err
	}
	words, err := calibration.scores.Words()
	if err != nil {
		return nil, err
	}
	path := filepath.Join("compare", r.Recipe.Name, "lean.json")
	l, made, err := run.Cached(ctx, r, run.Step{
		Name: "lean-" + r.Recipe.Name, Version: leanVersion,
		Inputs: []any{calibration.Record.Fingerprint, keyness.Record.Fingerprint, r.Recipe.Seed, mostOfLean}, Artifacts: []string{path},
	}, func() (Lean, error) {
		l, err := leanOf(words, calibration)
		if err != nil {
			return l, err
		}
		l.Keyness, err = keynessOfShown(l.Words, keyness.Keyness, chosen.Tweets)
		return l, err
	})
	if err != nil {
		return nil, err
	}
	l.Calibration, l.InTweets, l.Scores, l.run, l.Record = calibration, words, calibration.scores, r, made
	return &l, l.record(ctx, path)
}

// leanOf sums up the leans of the test tweets' words.
func leanOf(words [2][]ScoredWords, calibration *Calibration) (l Lean, err error) {
	seed := calibration.run.Recipe.Seed
	var texts [2][]compare.LeanText
	var sizes []float64
	for _, side := range run.Sides {
		var owners []string
		var spans []float64
		for i, w := range words[side] {
			owner := calibration.scores.Sides[side][i].ScreenName
			text := compare.LeanText{Owner: owner}
			leans := calibration.leans(w)
			for j, word := range w.Words {
				text.Words = append(text.Words, compare.LeanWord{Text: word, Lean: leans[j]})
				sizes = append(sizes, math.Abs(leans[j]))
			}
			texts[side] = append(texts[side], text)
			if begin, end := lean.ShortestSpan(leans, mostOfLean); end > begin {
				owners, spans = append(owners, owner), append(spans, float64(end-begin)/float64(len(leans)))
			}
		}
		if len(spans) > 0 {
			l.Span[side] = compare.MedianOf(owners, spans, seed)
		}
	}
	slices.Sort(sizes)
	if len(sizes) > 0 {
		l.Limit = roundUp(sizes[len(sizes)*19/20])
	}
	l.Words, err = compare.WordLeansOf(texts[run.Right], texts[run.Left], compare.WordLeansOptions{Seed: seed})
	return l, err
}

// keynessOfShown is the z of the words that are shown. Stop words are weighed as the others are,
// among all words.
func keynessOfShown(l compare.WordLeans, k compare.Keyness, rows map[run.Side][]tweets.Tweet) (map[string]float64, error) {
	var texts [2][]string
	for i, side := range run.Sides {
		texts[i] = slices.Collect(run.CleanTexts(rows[side]))
	}
	all, err := compare.KeynessOf(texts[0], texts[1], compare.KeynessOptions{KeepStopWords: true, Intervals: -1})
	if err != nil {
		return nil, err
	}
	z := map[string]float64{}
	for _, word := range slices.Concat(all.Words, k.Words) { // those of the chart last
		z[word.Word] = word.Z
	}
	shown := map[string]float64{}
	for _, w := range slices.Concat(l.Ends[run.Right], l.Ends[run.Left], l.Use) {
		if v, weighed := z[w.Word]; weighed {
			shown[w.Word] = v
		}
	}
	return shown, nil
}

// leans are those of a text's words on the calibrated scale.
func (c *Calibration) leans(w ScoredWords) []float64 {
	leans := make([]float64, len(w.Words))
	for i := range leans {
		leans[i] = c.Scale.Value * w.Lean(i)
	}
	return leans
}

// roundUp is the next number of one digit, so that the steps of a scale read well.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	return math.Ceil(v/unit) * unit
}

// record keeps the words' leans in figures.json.
func (l *Lean) record(ctx context.Context, source string) error {
	r := l.run
	id := "compare." + l.Scores.StandIn.RecipeName(r.Recipe) + ".lean."
	var figures []run.Figure
	for _, side := range run.Sides {
		figures = append(figures, run.Figure{
			ID: id + "span." + side.Folder(), Value: l.Span[side].Value, Unit: "median share of a tweet's words", N: l.Words.Texts[side], Seed: r.Recipe.Seed, Source: source,
		}.Measured(l.Span[side]))
		for _, word := range l.Words.Ends[side] {
			figures = append(figures, run.Figure{
				ID: id + "word." + side.Folder() + "." + word.Word, Value: word.Lean.Value, Unit: "calibrated bits per use, right above 0",
				N: word.Counts[0] + word.Counts[1], Seed: r.Recipe.Seed, Source: source,
			}.Measured(word.Lean))
		}
	}
	for _, word := range l.Words.Use {
		figures = append(figures, run.Figure{
			ID: id + "use." + word.Word, Value: word.Use.Value, Unit: "calibrated bits per use, the right's tweets minus the left's",
			N: word.Counts[0] + word.Counts[1], Seed: r.Recipe.Seed, Source: source,
		}.Measured(word.Use))
	}
	return r.RecordFigures(ctx, "lean-"+r.Recipe.Name, figures...)
}
