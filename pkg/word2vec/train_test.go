package word2vec

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// twoTopics makes sentences of 12 words, each of one of two topics with words of
// their own and many that both share; the frequencies fall like those of real text.
func twoTopics(sentences int, seed uint64) (texts [][]string, topics []int) {
	rng := rand.New(rand.NewPCG(seed, 0))
	draw := func(n int) int { return int(math.Exp(rng.Float64()*math.Log(float64(n+1)))) - 1 }
	for range sentences {
		topic := rng.IntN(2)
		text := make([]string, 12)
		for i := range text {
			if rng.IntN(2) == 0 {
				text[i] = fmt.Sprintf("shared%d", draw(300))
			} else {
				text[i] = fmt.Sprintf("topic%d-%d", topic, draw(200))
			}
		}
		texts, topics = append(texts, text), append(topics, topic)
	}
	return texts, topics
}

// components are those of all word vectors.
func components(m *vectors.Model) (all []float32) {
	for _, word := range m.Words() {
		vector, _ := m.Vector(word)
		all = append(all, vector...)
	}
	return all
}

// distance returns |a − b| / |b| over all word vectors.
func distance(a, b *vectors.Model) float64 {
	var difference, norm float64
	others := components(a)
	for i, x := range components(b) {
		difference += float64(others[i]-x) * float64(others[i]-x)
		norm += float64(x) * float64(x)
	}
	return math.Sqrt(difference / norm)
}

// separation returns how far apart the topics' mean texts are, in units of the
// spread of the texts around them.
func separation(m *vectors.Model, texts [][]string, topics []int) float64 {
	means := [2][]float64{make([]float64, m.Size()), make([]float64, m.Size())}
	var number [2]float64
	for i, text := range texts {
		number[topics[i]]++
		for d, x := range m.DocumentMean(text) {
			means[topics[i]][d] += x
		}
	}
	var gap, spread float64
	for d := range m.Size() {
		means[0][d] /= number[0]
		means[1][d] /= number[1]
		gap += (means[0][d] - means[1][d]) * (means[0][d] - means[1][d])
	}
	for i, text := range texts {
		for d, x := range m.DocumentMean(text) {
			spread += (x - means[topics[i]][d]) * (x - means[topics[i]][d])
		}
	}
	return math.Sqrt(gap / (spread / float64(len(texts))))
}

// TestTrainAgreesWithOnePairAtATime holds Train against the sequential reference,
// which draws the same windows from the same seed. Two seeds of the reference
// differ by more than 1 in this measure.
func TestTrainAgreesWithOnePairAtATime(t *testing.T) {
	texts, topics := twoTopics(2000, 1)
	cases := []struct {
		name    string
		options Options
		most    float64 // largest distance allowed
	}{
		{"study", Options{VectorSize: 2, MinCount: 3, Seed: 1}, 0.1},
		{"wide", Options{VectorSize: 8, Window: 10, Seed: 2}, 0.15},
		{"large", Options{VectorSize: 16, Window: 10, Seed: 2}, 0.15},
		{"again", Options{VectorSize: 4, Window: 2, Iterations: 2, MaxSentenceLength: 7, Seed: 3}, 0.15},
		{"negative", Options{VectorSize: 8, Negative: 5, Seed: 4}, 0.15},
		{"sampled", Options{VectorSize: 4, Negative: 5, Sample: 0.01, Iterations: 3, Seed: 5}, 0.15},
	}
	for name, be := range engines(t) {
		for i, c := range cases {
			if name == "go" && i > 0 {
				continue // The same graph, slower.
			}
			t.Run(name+"/"+c.name, func(t *testing.T) {
				got, err := Train(context.Background(), be, texts, c.options)
				if err != nil {
					t.Fatal(err)
				}
				want := sequential(t, texts, c.options)
				if !reflect.DeepEqual(got.Words(), want.Words()) {
					t.Fatal("another vocabulary")
				}
				if d := distance(got, want); d > c.most {
					t.Errorf("the vectors are %.3f away from one pair at a time, more than %g", d, c.most)
				}
				if s, w := separation(got, texts, topics), separation(want, texts, topics); math.Abs(s-w) > 0.1*w {
					t.Errorf("the topics lie %.2f apart, with one pair at a time %.2f", s, w)
				}
			})
		}
	}
}

// TestTrainStaysFinite trains where updates pile up most: few words, large steps.
func TestTrainStaysFinite(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	texts := make([][]string, 100)
	for i := range texts {
		for range 40 {
			texts[i] = append(texts[i], string(rune('a'+rng.IntN(6))))
		}
	}
	all := engines(t)
	for name, be := range all {
		if name == "go" && len(all) > 1 {
			continue // The same graph, slower.
		}
		for _, o := range []Options{
			{VectorSize: 10},
			{VectorSize: 10, StepSize: 0.2},
			{VectorSize: 10, StepSize: 0.05, Window: 20},
		} {
			m, err := Train(context.Background(), be, texts, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range components(m) {
				if math.Abs(float64(x)) > 10 {
					t.Errorf("window %d, step size %g: a vector component grew to %g", o.Window, o.StepSize, x)
					break
				}
			}
		}
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	texts, _ := twoTopics(300, 2)
	for name, be := range engines(t) {
		var models []*vectors.Model
		for _, seed := range []uint64{1, 1, 2} {
			m, err := Train(context.Background(), be, texts, Options{VectorSize: 3, MinCount: 2, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			models = append(models, m)
		}
		if !reflect.DeepEqual(models[0], models[1]) {
			t.Errorf("%s: one seed gave two models", name)
		}
		if reflect.DeepEqual(models[0], models[2]) {
			t.Errorf("%s: two seeds gave one model", name)
		}
	}
}

func TestTrainReportsAndStops(t *testing.T) {
	texts, _ := twoTopics(2000, 3)
	be := engines(t)["go"]
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last Progress
	_, err := Train(ctx, be, texts, Options{VectorSize: 2, MinCount: 1, Iterations: 50, Progress: func(p Progress) {
		if p.Words <= last.Words || p.Total != 50*2000*12 || p.WordsPerSecond <= 0 {
			t.Errorf("progress %+v after %+v", p, last)
		}
		last = p
		cancel()
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that of the cancelled context", err)
	}
	if last.Words == 0 || last.Words > 12_000 {
		t.Errorf("stopped after %d words", last.Words)
	}
}

func TestTrainAtTheEdges(t *testing.T) {
	be := engines(t)["go"]
	ctx := context.Background()
	for _, texts := range [][][]string{nil, {{}}, {{"a", "b"}, {"c"}}} {
		if _, err := Train(ctx, be, texts, Options{}); !errors.Is(err, ErrNoWords) {
			t.Errorf("Train(%v) gave error %v, want ErrNoWords", texts, err)
		}
	}
	one, err := Train(ctx, be, [][]string{{"a", "a", "a", "a", "a"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, known := one.Vector("a"); !known || len(v) != 100 {
		t.Errorf("the only word has vector %v", v)
	}
	if _, err := Train(ctx, be, [][]string{{"a", "b"}, {"a"}, {"b"}}, Options{MinCount: 1, VectorSize: 1}); err != nil {
		t.Errorf("two words: %v", err)
	}
	for _, o := range []Options{{VectorSize: -1}, {MinCount: -1}, {Window: -2}, {StepSize: -1}, {StepSize: math.NaN()}, {Window: 1000},
		{Negative: -1}, {Negative: 1001}, {Sample: -1}, {Sample: math.NaN()}, {Window: 128, StepSize: 1e-3},
	} {
		if _, err := Train(ctx, be, [][]string{{"a"}}, o); err == nil || errors.Is(err, ErrNoWords) {
			t.Errorf("options %+v gave error %v", o, err)
		}
	}
}
