package word2vec

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"gonum.org/v1/gonum/mat"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// These tests hold training as a whole against Spark and gensim, by fixtures of
// scripts/fixtures/word2vec_trained.py. Vectors of two seeds have nothing in common
// but what they say: ours must agree with theirs as theirs agree with each other.

// reference reads one of them.
func reference(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/trained/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// demoTweets returns the words of the fixture's tweets and the parties that wrote them.
func demoTweets(t *testing.T) (parties []string, sentences [][]string) {
	t.Helper()
	file, err := os.Open("testdata/trained/tweets.tsv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		party, words, _ := strings.Cut(lines.Text(), "\t")
		parties, sentences = append(parties, party), append(sentences, strings.Split(words, " "))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return parties, sentences
}

// best opens the engine that researchers get.
func best(t *testing.T) compute.Backend {
	t.Helper()
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	return engine.Backend
}

// settings are those of the fixtures.
type settings struct {
	MinCount   int `json:"min_count"`
	Window     int
	Iterations int
}

func (s settings) options() Options {
	return Options{MinCount: s.MinCount, Window: s.Window, Iterations: s.Iterations}
}

// aside returns how far the rows of a lie from those of b, after the best rotation,
// in units of their own spread. Rows are taken from their mean: where all lie
// together says nothing of how they differ.
func aside(a, b [][]float64) float64 {
	x, y := spread(a), spread(b)
	var product, turned mat.Dense
	product.Mul(x.T(), y)
	var svd mat.SVD
	if !svd.Factorize(&product, mat.SVDFull) {
		return math.NaN()
	}
	var u, v, rotation mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	rotation.Mul(&u, v.T())
	turned.Mul(x, &rotation)
	turned.Sub(&turned, y)
	return mat.Norm(&turned, 2) / math.Sqrt(mat.Norm(x, 2)*mat.Norm(y, 2))
}

// spread returns the rows less their mean.
func spread(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for d := range rows[0] {
		mean := 0.0
		for _, row := range rows {
			mean += row[d] / float64(len(rows))
		}
		for i, row := range rows {
			m.Set(i, d, row[d]-mean)
		}
	}
	return m
}

func TestPartiesLieWhereSparkPutsThem(t *testing.T) {
	parties, sentences := demoTweets(t)
	var fixture struct {
		settings
		Words int
		Runs  []map[string][]float64
	}
	reference(t, "spark.json", &fixture)
	names := slices.Sorted(maps.Keys(fixture.Runs[0]))
	var theirs [][][]float64
	for _, run := range fixture.Runs {
		var rows [][]float64
		for _, name := range names {
			rows = append(rows, run[name])
		}
		theirs = append(theirs, rows)
	}
	var among []float64
	for i := range theirs {
		for j := range i {
			among = append(among, aside(theirs[i], theirs[j]))
		}
	}
	be := best(t)
	for seed := range uint64(2) {
		o := fixture.options()
		o.VectorSize, o.Seed = 2, seed+1
		m, err := Train(context.Background(), be, sentences, o)
		if err != nil {
			t.Fatal(err)
		}
		if m.Len() != fixture.Words {
			t.Fatalf("%d words, Spark has %d", m.Len(), fixture.Words)
		}
		ours := make([][]float64, len(names))
		number := make([]float64, len(names))
		for i, party := range parties {
			at, _ := slices.BinarySearch(names, party)
			if ours[at] == nil {
				ours[at] = make([]float64, 2)
			}
			for d, x := range m.DocumentMean(sentences[i]) {
				ours[at][d] += x
			}
			number[at]++
		}
		for at := range ours {
			for d := range ours[at] {
				ours[at][d] /= number[at]
			}
		}
		var from []float64
		for _, rows := range theirs {
			from = append(from, aside(ours, rows))
		}
		t.Logf("seed %d: %.3f from Spark's runs; these lie %.3f from each other, %.3f at most", seed+1, mean(from), mean(among), slices.Max(among))
		if mean(from) > slices.Max(among) {
			t.Errorf("seed %d: parties lie %.3f from where Spark puts them on average, Spark's runs at most %.3f from each other", seed+1, mean(from), slices.Max(among))
		}
	}
}

func mean(values []float64) (sum float64) {
	for _, v := range values {
		sum += v / float64(len(values))
	}
	return sum
}

func TestWordsHaveGensimsNeighbours(t *testing.T) {
	_, sentences := demoTweets(t)
	be := best(t)
	for name, negative := range map[string]int{"gensim_softmax.json": 0, "gensim_negative.json": 5} {
		var fixture struct {
			settings
			Size, Nearest int
			Runs          []map[string][]string
		}
		reference(t, name, &fixture)
		var among []float64
		for i := range fixture.Runs {
			for j := range i {
				among = append(among, shared(fixture.Runs[i], fixture.Runs[j]))
			}
		}
		o := fixture.options()
		o.VectorSize, o.Negative, o.Seed = fixture.Size, negative, 1
		m, err := Train(context.Background(), be, sentences, o)
		if err != nil {
			t.Fatal(err)
		}
		ours := map[string][]string{}
		for word := range fixture.Runs[0] {
			nearest, err := m.Nearest(word, fixture.Nearest)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range nearest {
				ours[word] = append(ours[word], n.Word)
			}
		}
		var from []float64
		for _, run := range fixture.Runs {
			from = append(from, shared(ours, run))
		}
		t.Logf("%s: %.3f of the neighbours are those of gensim's runs; these share %.3f", name, mean(from), mean(among))
		if mean(from) < mean(among)-0.04 {
			t.Errorf("%s: words share %.3f of their neighbours with gensim's runs, which share %.3f", name, mean(from), mean(among))
		}
	}
}

// shared is the share of neighbours that are the same, over all words.
func shared(a, b map[string][]string) (sum float64) {
	for word, neighbours := range a {
		for _, n := range neighbours {
			if slices.Contains(b[word], n) {
				sum += 1 / float64(len(neighbours)*len(a))
			}
		}
	}
	return sum
}
