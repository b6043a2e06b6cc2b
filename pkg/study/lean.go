package study

import (
	"context"
	"math"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/lean"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// leanVersion is raised when leans are counted otherwise.
const leanVersion = 1

// mostOfLean is the share of a tweet's lean that its shortest span carries.
const mostOfLean = 0.8

// Lean is where in the test tweets the two models differ, on the calibrated scale: a word's
// bits towards the right, times the temperature's scale.
type Lean struct {
	leanFile

	calibration *Calibration
	words       [2][]ScoredWords // of the test tweets, by Side
	scores      *Scores
	study       *Study
	made        stepRecord
}

// leanFile is compare/<recipe>/lean.json.
type leanFile struct {
	Words compare.WordLeans `json:"words"`
	// Limit is the lean from which on words are not coloured more: few go beyond.
	Limit float64 `json:"limit"`
	// Keyness is the z of all words shown: of stop words too, which [Keyness] does not weigh.
	Keyness map[string]float64 `json:"keyness"`
	// Span is the middle share of a tweet's words, over the tweets of each side, that the
	// shortest run with most of its lean takes.
	Span [2]compare.Measure `json:"span"`
}

func (s *Study) lean(ctx context.Context) (*Lean, error) {
	calibration, err := s.calibration(ctx)
	if err != nil {
		return nil, err
	}
	keyness, err := s.keyness(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := s.sides(ctx)
	if err != nil {
		return nil, err
	}
	l := &Lean{study: s, calibration: calibration, scores: calibration.scores}
	path := filepath.Join("compare", s.Recipe.Name, "lean.json")
	l.made, err = s.run(ctx, step{
		Name: "lean-" + s.Recipe.Name, Version: leanVersion,
		Inputs: []any{calibration.made.Fingerprint, keyness.made.Fingerprint, s.Recipe.Seed, mostOfLean}, Artifacts: []string{path},
	}, func() error {
		words, err := l.scores.Words()
		if err != nil {
			return err
		}
		file, err := l.measure(words)
		if err != nil {
			return err
		}
		if file.Keyness, err = keynessOfShown(file.Words, keyness.Words, chosen.Tweets); err != nil {
			return err
		}
		return writeJSON(s.path(path), file)
	})
	if err != nil {
		return nil, err
	}
	if err := readJSON(s.path(path), &l.leanFile); err != nil {
		return nil, err
	}
	if l.words, err = l.scores.Words(); err != nil {
		return nil, err
	}
	return l, l.record(path)
}

// measure sums up the leans of the test tweets' words.
func (l *Lean) measure(words [2][]ScoredWords) (file leanFile, err error) {
	var texts [2][]compare.LeanText
	var sizes []float64
	for _, side := range Sides {
		var owners []string
		var spans []float64
		for i, w := range words[side] {
			owner := l.scores.Sides[side][i].ScreenName
			text := compare.LeanText{Owner: owner}
			leans := l.leans(w)
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
			file.Span[side] = compare.MedianOf(owners, spans, l.study.Recipe.Seed)
		}
	}
	slices.Sort(sizes)
	if len(sizes) > 0 {
		file.Limit = roundUp(sizes[len(sizes)*19/20])
	}
	file.Words, err = compare.WordLeansOf(texts[Right], texts[Left], compare.WordLeansOptions{Seed: l.study.Recipe.Seed})
	return file, err
}

// keynessOfShown is the z of the words that are shown. Stop words are weighed as the others are,
// among all words.
func keynessOfShown(l compare.WordLeans, k compare.Keyness, rows map[Side][]tweets.Tweet) (map[string]float64, error) {
	var texts [2][]string
	for i, side := range Sides {
		texts[i] = slices.Collect(cleanTexts(rows[side]))
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
	for _, w := range slices.Concat(l.Ends[Right], l.Ends[Left], l.Use) {
		if v, weighed := z[w.Word]; weighed {
			shown[w.Word] = v
		}
	}
	return shown, nil
}

// leans are those of a text's words on the calibrated scale.
func (l *Lean) leans(w ScoredWords) []float64 {
	leans := make([]float64, len(w.Words))
	for i := range leans {
		leans[i] = l.calibration.Scale.Value * w.lean(i)
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
func (l *Lean) record(source string) error {
	s := l.study
	id := "compare." + l.scores.instead.id(s.Recipe) + ".lean."
	var figures []Figure
	for _, side := range Sides {
		figures = append(figures, Figure{
			ID: id + "span." + side.Folder(), Value: l.Span[side].Value, Unit: "median share of a tweet's words", N: l.Words.Texts[side], Seed: s.Recipe.Seed, Source: source,
		}.measured(l.Span[side]))
		for _, word := range l.Words.Ends[side] {
			figures = append(figures, Figure{
				ID: id + "word." + side.Folder() + "." + word.Word, Value: word.Lean.Value, Unit: "calibrated bits per use, right above 0",
				N: word.Counts[0] + word.Counts[1], Seed: s.Recipe.Seed, Source: source,
			}.measured(word.Lean))
		}
	}
	for _, word := range l.Words.Use {
		figures = append(figures, Figure{
			ID: id + "use." + word.Word, Value: word.Use.Value, Unit: "calibrated bits per use, the right's tweets minus the left's",
			N: word.Counts[0] + word.Counts[1], Seed: s.Recipe.Seed, Source: source,
		}.measured(word.Use))
	}
	return s.record("lean-"+s.Recipe.Name, figures...)
}
