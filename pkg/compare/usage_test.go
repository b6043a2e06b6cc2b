package compare

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
	"github.com/hemiciclo/hemiciclo/pkg/word2vec"
)

// topics are groups of words that occur together.
var topics = [][]string{
	{"mar", "ola", "barco", "puerto", "faro"},
	{"pan", "harina", "horno", "sal", "masa"},
	{"norte", "camino", "viento", "cerro", "polvo"},
}

// sayings are sentences of one topic each. The word "red" belongs to the given topic.
func sayings(n, red int, rng *rand.Rand) [][]string {
	var list [][]string
	for range n {
		topic := rng.IntN(len(topics))
		words := topics[topic]
		if topic == red {
			words = append(slices.Clone(words), "red", "red")
		}
		sentence := make([]string, 6)
		for i := range sentence {
			sentence[i] = words[rng.IntN(len(words))]
		}
		list = append(list, sentence)
	}
	return list
}

func trainer(t *testing.T) TrainVectors {
	t.Helper()
	t.Setenv(compute.ConfigEnvVar, "go") // which compiles these small graphs soonest
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	return func(ctx context.Context, sentences [][]string, seed uint64) (*vectors.Model, error) {
		return word2vec.Train(ctx, engine.Backend, sentences, word2vec.Options{VectorSize: 6, MinCount: 5, Iterations: 4, StepSize: 0.1, Seed: seed})
	}
}

// A word that each side uses with a topic of its own is found; the others are not, and
// sides that do not differ are as alike as piles dealt at random.
func TestUsageFindsTheWordUsedOtherwise(t *testing.T) {
	ctx, train := context.Background(), trainer(t)
	o := UsageOptions{Nearest: 3, MinCount: 10, Shuffles: 3, Seed: 11}
	rng := rand.New(rand.NewPCG(1, 2))
	first, second := sayings(300, 0, rng), sayings(250, 1, rng)
	calls := 0
	o.Progress = func(done, total int) {
		if calls++; done != calls || total != 12 {
			t.Errorf("progress %d of %d at call %d", done, total, calls)
		}
	}
	u, models, err := UsageOf(ctx, first, second, train, o)
	if err != nil {
		t.Fatal(err)
	}
	if u.Texts != [2]int{300, 250} || len(u.Words) != 16 || len(u.Shuffled) != 3 || calls != 12 {
		t.Fatalf("%+v", u)
	}
	word := u.Words[0]
	if word.Word != "red" || !word.Beyond() || word.Sides.Overlap > word.Chance.Overlap {
		t.Errorf("the word used most otherwise is %+v", word)
	}
	for side, topic := range topics[:2] {
		for _, near := range word.Neighbours[side] {
			if !slices.Contains(topic, near) {
				t.Errorf("side %d: red lies near %v", side, word.Neighbours[side])
			}
		}
	}
	for side := range u.Seeds {
		if u.Redrawn[side].Cosine >= u.Seeds[side].Cosine || u.Redrawn[side].Cosine < 0.5 {
			t.Errorf("side %d: %+v with another seed, %+v with its texts drawn anew", side, u.Seeds[side], u.Redrawn[side])
		}
	}
	if u.Words[1].Excess() > word.Excess()/2 {
		t.Errorf("the next word is %+v", u.Words[1])
	}

	// What stands there is what the two alignments give, on average.
	mean := Likeness{}
	for _, pair := range models[:2] {
		l, err := vectors.Align(pair[0], pair[1])
		if err != nil {
			t.Fatal(err)
		}
		usages, err := l.Usages(ctx, vectors.UsageOptions{Nearest: 3})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(usages, func(u vectors.Usage) bool { return u.Word == "red" })
		mean.Cosine += usages[at].Cosine / 2
		mean.Overlap += usages[at].Overlap / 2
		if counts := [2]int{int(usages[at].CountA), int(usages[at].CountB)}; counts != word.Counts {
			t.Errorf("counts %v, want %v", word.Counts, counts)
		}
	}
	near(t, "the cosine between the sides", word.Sides.Cosine, mean.Cosine, 1e-5)
	near(t, "the overlap between the sides", word.Sides.Overlap, mean.Overlap, 1e-9)

	first, second = sayings(300, 0, rng), sayings(250, 0, rng)
	o = UsageOptions{Nearest: 3, MinCount: 10, Shuffles: 2, Seed: 12}
	alike, _, err := UsageOf(ctx, first, second, train, o)
	if err != nil {
		t.Fatal(err)
	}
	if again, _, err := UsageOf(ctx, first, second, train, o); err != nil || !reflect.DeepEqual(alike, again) {
		t.Errorf("the same seed gives another comparison (%v)", err)
	}
	mean = Likeness{}
	for _, l := range alike.Shuffled {
		mean.Cosine += l.Cosine / 2
	}
	near(t, "the cosine between sides that do not differ, beside chance", alike.Sides.Cosine, mean.Cosine, 0.07)
	if at := slices.IndexFunc(alike.Words, func(w WordUsage) bool { return w.Word == "red" }); alike.Words[at].Excess() > word.Excess()/4 {
		t.Errorf("where both sides use red alike it is %+v", alike.Words[at])
	}
}

func TestUsageRefuses(t *testing.T) {
	ctx := context.Background()
	never := func(context.Context, [][]string, uint64) (*vectors.Model, error) {
		return nil, fmt.Errorf("was called")
	}
	few := [][]string{{"mar", "ola"}, {"mar"}}
	if _, _, err := UsageOf(ctx, few, few, never, UsageOptions{}); !errors.Is(err, ErrFewWords) {
		t.Errorf("two short texts gave %v", err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	many := sayings(200, 0, rng)
	if _, _, err := UsageOf(ctx, many, many, never, UsageOptions{MinCount: 10}); err == nil || errors.Is(err, ErrFewWords) {
		t.Errorf("a failing training gave %v", err)
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := UsageOf(stopped, many, many, never, UsageOptions{MinCount: 10}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context gave %v", err)
	}
}
