package word2vec

import (
	"errors"
	"fmt"
)

// Options say how [Train] learns. The zero value of every field stands for the
// default of Spark ML's Word2Vec, given beside it.
type Options struct {
	// VectorSize is the number of dimensions of a word's vector (100).
	VectorSize int
	// MinCount is how often a word must occur in the whole corpus to get a
	// vector (5). Rarer words are left out as if they were not there, so that
	// their neighbours become neighbours of each other.
	MinCount int
	// Window is the largest distance between a word and a word of its context
	// (5). For every position the distance in use is drawn from 1 … Window.
	Window int
	// Iterations is the number of passes over the corpus (1).
	Iterations int
	// MaxSentenceLength cuts longer sentences, counted in words that have a
	// vector, into pieces that do not see each other (1000).
	MaxSentenceLength int
	// StepSize is the learning rate at the start (0.025). It falls linearly with
	// the words processed, down to a ten-thousandth of itself.
	StepSize float64
	// Negative is the number of negative samples (0: none; hierarchical softmax is used
	// instead, as in Spark). The default of gensim and word2vec.c is 5.
	Negative int
	// Sample subsamples frequent words: occurrences of words that make up more than this
	// share of the text are dropped at random, more often the more frequent the word is (0:
	// all are kept, as in Spark). The default of gensim and word2vec.c is 0.001.
	Sample float64
	// Seed fixes everything random: the first vectors, the windows, the negative
	// samples and the words left out.
	Seed uint64
	// Progress, if not nil, is called from Train's goroutine after every batch.
	Progress func(Progress)
}

// Progress tells how far [Train] is.
type Progress struct {
	// Words is how many words of the corpus were trained on so far, Total how
	// many there will be over all iterations; both count only words that have a
	// vector.
	Words, Total int
	// WordsPerSecond is the mean speed since training began, the compilation of
	// the graph included.
	WordsPerSecond float64
}

// withDefaults fills what is zero and refuses what is out of range.
func (o Options) withDefaults() (Options, error) {
	defaults := []struct {
		name  string
		value *int
		zero  int
	}{
		{"VectorSize", &o.VectorSize, 100},
		{"MinCount", &o.MinCount, 5},
		{"Window", &o.Window, 5},
		{"Iterations", &o.Iterations, 1},
		{"MaxSentenceLength", &o.MaxSentenceLength, 1000},
	}
	for _, d := range defaults {
		if *d.value < 0 {
			return o, fmt.Errorf("word2vec: option %s is %d; it must be positive (0 stands for %d)", d.name, *d.value, d.zero)
		}
		if *d.value == 0 {
			*d.value = d.zero
		}
	}
	if o.StepSize == 0 {
		o.StepSize = 0.025
	}
	if !(o.StepSize > 0 && o.StepSize <= 1) {
		return o, fmt.Errorf("word2vec: option StepSize is %g; it must lie above 0 and not above 1 (0 stands for 0.025)", o.StepSize)
	}
	if o.Negative < 0 || o.Negative > maxNegative {
		return o, fmt.Errorf("word2vec: option Negative is %d; it must lie between 0 and %d", o.Negative, maxNegative)
	}
	if !(o.Sample >= 0 && o.Sample <= 1) {
		return o, fmt.Errorf("word2vec: option Sample is %g; it must lie between 0 and 1", o.Sample)
	}
	if o.Window > maxWindow {
		return o, fmt.Errorf("word2vec: option Window is %d; it must not be above %d", o.Window, maxWindow)
	}
	if float64(o.Window)*o.StepSize > maxStrength {
		return o, fmt.Errorf("word2vec: options Window %d × StepSize %g are more than %d together, where training diverges; lower one of them", o.Window, o.StepSize, maxStrength)
	}
	return o, nil
}

// maxWindow and maxNegative bound what a micro-batch has to hold.
const (
	maxWindow   = 127
	maxNegative = 1000
)

// maxStrength bounds Window × StepSize, which is 0.125 by default.
const maxStrength = 2

// ErrNoWords is what [Train] returns when no word is frequent enough.
var ErrNoWords = errors.New("word2vec: no word occurs often enough; lower MinCount or give more text")
