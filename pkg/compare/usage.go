package compare

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// UsageOptions say which words are compared, and with how much chance. The zero value is
// sensible.
type UsageOptions struct {
	Nearest  int // neighbours that are compared; 0 means 10
	MinCount int // of a word on each side; 0 means 20
	Shuffles int // how often the texts are dealt at random; 0 means 9
	// Owners name who wrote each text, so that [Deal] may deal accounts; nil deals
	// texts.
	Owners [2][]string
	Seed   uint64
	// Progress, if not nil, is called after every training, never twice at the same time.
	Progress func(done, total int)
}

// Usage says how differently two sides use their words.
type Usage struct {
	Texts    [2]int `json:"texts"`
	MinCount int    `json:"min_count"`
	Nearest  int    `json:"nearest"`
	Shuffles int    `json:"shuffles"`
	// ByAccount tells whether accounts were dealt rather than texts.
	ByAccount bool `json:"by_account"`
	// Sides is the mean over the words between the sides; Seeds that between two
	// trainings of one side, which differ by their seed alone; Redrawn that between a
	// side and its texts drawn anew, with replacement; Shuffled that between piles
	// dealt at random, one for every shuffle.
	Sides    Likeness    `json:"sides"`
	Seeds    [2]Likeness `json:"seeds"`
	Redrawn  [2]Likeness `json:"redrawn"`
	Shuffled []Likeness  `json:"shuffled"`
	// Words are sorted by Excess, the greatest first.
	Words []WordUsage `json:"words"`
}

// Likeness is how alike two models use a word, or words on average.
type Likeness struct {
	Cosine  float64 `json:"cosine"`  // of its vectors, after alignment
	Overlap float64 `json:"overlap"` // share of its neighbours that both have
}

// WordUsage is one word.
type WordUsage struct {
	Word   string   `json:"word"`
	Counts [2]int   `json:"counts"`
	Sides  Likeness `json:"sides"`
	// Seeds and Redrawn are between two trainings of one side: the mean of both sides.
	Seeds   Likeness `json:"seeds"`
	Redrawn Likeness `json:"redrawn"`
	// Chance is the mean over the shuffles, Least the lowest cosine among them.
	Chance Likeness `json:"chance"`
	Least  float64  `json:"least"`
	// Neighbours are the nearest words on each side among those that are compared.
	Neighbours [2][]string `json:"neighbours"`
}

// Excess is how much more the sides differ in using the word than random piles do.
func (w WordUsage) Excess() float64 { return w.Chance.Cosine - w.Sides.Cosine }

// Beyond tells whether the sides differ more in using the word than the piles of every
// shuffle do: by chance, one word in Shuffles + 1 would.
func (w WordUsage) Beyond() bool { return w.Sides.Cosine < w.Least }

// SideModels are the sides' models that a [Usage] was measured on: those of two seeds,
// then that of the texts drawn anew. The second side's are turned onto the first's.
type SideModels [3][2]*vectors.Model // [training][side]

// ErrFewWords is what [UsageOf] returns when too few words are frequent on both sides.
var ErrFewWords = errors.New("compare: too few words are frequent on both sides; give more text, or lower MinCount or Nearest")

// TrainVectors makes a model of sentences from a seed: the same one whenever it is called.
type TrainVectors func(ctx context.Context, sentences [][]string, seed uint64) (*vectors.Model, error)

// usageStream keeps these random numbers independent of all others drawn from the same
// seed.
const usageStream = 0x7573616765 // "usage"

// UsageOf compares how two sides use the words that are frequent on both. Each side
// gets vectors of its own, trained alike; the second side's are turned onto the first's
// ([vectors.Align]: orthogonal Procrustes, Schönemann 1966), and a word's two vectors
// and their neighbours are compared ([vectors.Alignment.Usages]: Hamilton, Leskovec and
// Jurafsky 2016; Gonen, Jawahar, Seddah and Goldberg 2020).
//
// Vectors of small texts are unstable, so some difference is always found. It is compared
// with three others. Between trainings that differ only in their seed there is much less of
// it, but that is no measure of chance, since both see the same texts. Resampling a side's
// texts shows which neighbours depend on a few of them (Antoniak and Mimno, "Evaluating the
// Stability of Embedding-based Word Similarities", 2018). And the texts of both sides are
// pooled, dealt at random into two piles ([Deal]), and compared in the same way, several
// times: a control such as Dubossarsky, Weinshall and Grossman, "Outta Control: Laws of
// Semantic Change and Inherent Biases in Word Representation Models" (2017), ask for.
//
// train is called 6 + 2·Shuffles times, by two goroutines at once.
func UsageOf(ctx context.Context, first, second [][]string, train TrainVectors, o UsageOptions) (Usage, SideModels, error) {
	o.Nearest, o.MinCount, o.Shuffles = cmp.Or(o.Nearest, 10), cmp.Or(o.MinCount, 20), cmp.Or(o.Shuffles, 9)
	u := Usage{Texts: [2]int{len(first), len(second)}, MinCount: o.MinCount, Nearest: o.Nearest, Shuffles: o.Shuffles}
	var models SideModels
	if words := frequent(first, second, o.MinCount); len(words) <= o.Nearest {
		return u, models, fmt.Errorf("%w: %d words occur %d times on each", ErrFewWords, len(words), o.MinCount)
	}
	random := rand.New(rand.NewPCG(o.Seed, usageStream))
	sides := [2][][]string{first, second}
	piles := [][2][][]string{sides, sides, {redraw(first, random), redraw(second, random)}}
	deals, byAccount := Deal(o.Shuffles, u.Texts, o.Owners, random)
	for _, deal := range deals {
		piles = append(piles, Dealt(deal, first, second))
	}
	u.ByAccount = byAccount
	pairs, err := trainPairs(ctx, piles, train, o)
	if err != nil {
		return u, models, err
	}
	aligned := make([]*vectors.Alignment, len(pairs))
	for i, pair := range pairs {
		if aligned[i], err = vectors.Align(pair[0], pair[1]); err != nil {
			return u, models, err
		}
		if i < len(models) {
			models[i] = [2]*vectors.Model{aligned[i].A, aligned[i].B}
		}
	}

	// The same words everywhere: those that are frequent on both sides and that every
	// model has.
	words := slices.DeleteFunc(frequent(first, second, o.MinCount), func(word string) bool {
		return slices.ContainsFunc(aligned, func(l *vectors.Alignment) bool { return l.A.Count(word) == 0 || l.B.Count(word) == 0 })
	})
	if len(words) <= o.Nearest {
		return u, models, fmt.Errorf("%w: %d words", ErrFewWords, len(words))
	}
	return u, models, u.fill(ctx, words, models, aligned[:2], aligned[len(models):])
}

// trainingsAtOnce are as many as gain time on two processors, and two copies of the texts fit
// into memory anywhere.
const trainingsAtOnce = 2

// trainPairs trains a model of each pile, in pairs: those of a [SideModels], then those of each
// shuffle.
func trainPairs(ctx context.Context, piles [][2][][]string, train TrainVectors, o UsageOptions) ([][2]*vectors.Model, error) {
	pairs := make([][2]*vectors.Model, len(piles))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(trainingsAtOnce)
	var mu sync.Mutex // guards done and o.Progress
	done := 0
	for i, pair := range piles {
		seed := o.Seed + uint64(i)
		if shuffle := i - len(SideModels{}); shuffle >= 0 {
			seed = o.Seed + uint64(shuffle)
		}
		for side, sentences := range pair {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				model, err := train(ctx, sentences, seed)
				if err != nil {
					return fmt.Errorf("compare: vectors of a side: %w", err)
				}
				pairs[i][side] = model
				mu.Lock()
				defer mu.Unlock()
				done++
				if o.Progress != nil {
					o.Progress(done, 2*len(pairs))
				}
				return nil
			})
		}
	}
	return pairs, group.Wait()
}

// redraw draws as many texts as there are, with replacement.
func redraw(texts [][]string, random *rand.Rand) [][]string {
	drawn := make([][]string, len(texts))
	for i := range drawn {
		drawn[i] = texts[random.IntN(len(texts))]
	}
	return drawn
}

// fill compares the words in every pair: real are those of the sides, of two seeds.
func (u *Usage) fill(ctx context.Context, words []string, models SideModels, real, shuffled []*vectors.Alignment) error {
	o := vectors.UsageOptions{Nearest: u.Nearest, Words: words}
	slot := make(map[string]int, len(words))
	u.Words = make([]WordUsage, len(words))
	for i, word := range words {
		slot[word] = i
		u.Words[i] = WordUsage{Word: word, Least: 1}
	}
	// each calls f with what is found of each word in a pair, and returns the mean.
	each := func(l *vectors.Alignment, f func(w *WordUsage, found vectors.Usage)) (mean Likeness, err error) {
		usages, err := l.Usages(ctx, o)
		if err != nil {
			return mean, err
		}
		for _, found := range usages {
			mean.add(found, len(usages))
			f(&u.Words[slot[found.Word]], found)
		}
		return mean, nil
	}
	for seed, l := range real {
		mean, err := each(l, func(w *WordUsage, found vectors.Usage) {
			w.Sides.add(found, len(real))
			if seed == 0 {
				w.Counts = [2]int{int(found.CountA), int(found.CountB)}
				w.Neighbours = [2][]string{names(found.A), names(found.B)}
			}
		})
		if err != nil {
			return err
		}
		u.Sides.Cosine += mean.Cosine / float64(len(real))
		u.Sides.Overlap += mean.Overlap / float64(len(real))
	}
	for side := range u.Seeds {
		for training, mean := range []*Likeness{&u.Seeds[side], &u.Redrawn[side]} {
			l, err := vectors.Align(models[0][side], models[1+training][side])
			if err != nil {
				return err
			}
			*mean, err = each(l, func(w *WordUsage, found vectors.Usage) {
				[]*Likeness{&w.Seeds, &w.Redrawn}[training].add(found, len(u.Seeds))
			})
			if err != nil {
				return err
			}
		}
	}
	for _, l := range shuffled {
		mean, err := each(l, func(w *WordUsage, found vectors.Usage) {
			w.Chance.add(found, len(shuffled))
			w.Least = min(w.Least, found.Cosine)
		})
		if err != nil {
			return err
		}
		u.Shuffled = append(u.Shuffled, mean)
	}
	slices.SortFunc(u.Words, func(a, b WordUsage) int {
		return cmp.Or(cmp.Compare(b.Excess(), a.Excess()), cmp.Compare(a.Word, b.Word))
	})
	return nil
}

// add adds one of n parts of a mean.
func (l *Likeness) add(found vectors.Usage, n int) {
	l.Cosine += found.Cosine / float64(n)
	l.Overlap += found.Overlap / float64(n)
}

func names(neighbours []vectors.Neighbour) []string {
	list := make([]string, len(neighbours))
	for i, n := range neighbours {
		list[i] = n.Word
	}
	return list
}

// frequent are the words that occur at least n times on each side, sorted.
func frequent(first, second [][]string, n int) []string {
	counts := map[string]*[2]int{}
	for side, sentences := range [2][][]string{first, second} {
		for _, sentence := range sentences {
			for _, word := range sentence {
				if counts[word] == nil {
					counts[word] = new([2]int)
				}
				counts[word][side]++
			}
		}
	}
	var words []string
	for word, c := range counts {
		if min(c[0], c[1]) >= n {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return words
}
