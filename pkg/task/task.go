// Package task says what of the study takes an engine, or a library that is slow to link, and
// leaves open who does it: package work does, in a process of its own. So a notebook's cell
// that shows what is done is linked in a moment.
//
// In: texts, settings and folders, as plain values. Out: results of packages that need no
// engine.
package task

import (
	"context"
	"errors"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// Errors of tasks that whoever asked for them can mend.
var (
	ErrNoWords            = errors.New("no word is frequent enough to have a vector")
	ErrOutOfMemory        = errors.New("the memory does not hold a step of the training")
	ErrScoringOutOfMemory = errors.New("the memory does not hold the texts that a model scores")
	ErrNoFlashAttention   = errors.New("the GPU cannot compute flash attention")
	ErrNoPlugin           = errors.New("the GPU's plugin is not installed")
	ErrNoDevice           = errors.New("the GPU has no device")
	ErrNoDriver           = errors.New("the library of the GPU's driver is not found")
	ErrOldDriver          = errors.New("the GPU's driver is too old")
	ErrOtherCUDA          = errors.New("the GPU's plugin is for a newer driver or GPU")
	ErrBusyGPU            = errors.New("the GPU cannot be opened")
	ErrNotHere            = errors.New("there is no plugin for the GPU of such a machine")
	ErrHiddenGPU          = errors.New("the GPU is hidden from this process")
)

// Maker does tasks. Its methods may not be called at the same time, unless they say so.
// Progress functions may be nil.
type Maker interface {
	// Open opens the engine, once: of the first call the arithmetic holds.
	Open(Arithmetic) (Engine, error)
	// OpenVectors says which engine TrainVectors trains on: one without a graphics card.
	OpenVectors() (Engine, error)
	// OnCompile has begin called whenever the engine compiles a program, and what it
	// returns when that is done.
	OnCompile(begin func() (done func()))

	// WriteDemo writes the demo corpus into a folder, with a number of tweets; 0 is its own.
	WriteDemo(folder string, tweets int) error
	// SweepDemo removes what killed processes left of it half written in the folder above.
	SweepDemo(folder string) error
	// LoadTweets reads a corpus and writes what is left of it as Parquet.
	LoadTweets(ctx context.Context, o tweets.Options, path string) (*tweets.Result, error)
	// LoadWithSpark is LoadTweets on a Spark cluster; remote is the server's address.
	LoadWithSpark(ctx context.Context, o SparkLoad, path string) (result *tweets.Result, remote string, err error)
	// SampleTweets is LoadTweets of at most files files and records records, without a Parquet
	// file; it tells whether those are all there are.
	SampleTweets(ctx context.Context, o tweets.Options, files, records int) (*tweets.Result, bool, error)
	ReadTweets(path string) ([]tweets.Tweet, error)     // of Parquet
	WriteTweets(path string, rows []tweets.Tweet) error // as Parquet

	// TrainVectors trains word2vec on sentences; the error may be [ErrNoWords]. Several
	// goroutines may call it at once.
	TrainVectors(ctx context.Context, sentences [][]string, o VectorOptions) (*vectors.Model, error)
	ReadVectors(path string) (*vectors.Model, error)  // of Parquet
	WriteVectors(path string, m *vectors.Model) error // as Parquet

	// Train trains a GPT-2 and writes it into a folder; the error may be [ErrOutOfMemory] or
	// [ErrNoFlashAttention]. Stopped, it saves a checkpoint, from which it goes on the next
	// time.
	Train(ctx context.Context, t Training) (*training.History, error)
	// Generator has a model write, in bfloat16 or in float32; the error, its own and the
	// generator's, may be [generate.ErrOutOfMemory].
	Generator(folder string, bfloat16 bool) (*generate.Generator, error)
	// ScoreTokens gives the score of each token of texts, each text alone; the error may be
	// [ErrScoringOutOfMemory], as with Perplexities and Rounding.
	ScoreTokens(ctx context.Context, m Model, texts []string, progress func(done, total int)) ([]compare.TokenScores, error)
	// Perplexities measures every model on every text with a sliding window.
	Perplexities(ctx context.Context, models []Model, texts []Text, o perplexity.Options, progress func(done, total int)) (compare.PerplexityTable, error)
	// Round gives a model's weights in int8, and Rounding what that changes of its predictions.
	Round(folder string) (*int8.Weights, error)
	Rounding(ctx context.Context, m Model, texts []string) (compare.Rounding, error)

	// TrainClassifier trains a classifier that tells the first texts from the second by their
	// words.
	TrainClassifier(ctx context.Context, first, second []string, o ClassifierOptions) (*compare.Classifier, error)
	// ScoresOfDeals trains one for each deal of the training texts to two sides, and gives its
	// scores of the test texts: scores[deal][text], above 0 for the first side.
	// deals[deal][text] tells whether a training text is dealt to the first side.
	ScoresOfDeals(ctx context.Context, train, test []string, deals [][]bool, o ClassifierOptions) ([][]float64, error)
}

// Arithmetic is in what numbers a graphics card computes; see the recipe.
type Arithmetic struct{ TF32, FlashAttention bool }

// Engine is what computes.
type Engine struct {
	Name     string // "xla", or "go"
	Platform string // "cpu", "cuda"
	Reason   string // why it is not XLA, if it is not
	TF32     bool
	GPU      string // the name of the graphics card, if it is one and its driver says it
	GPUs     int    // how many there are for this process, of which it is the first
	// UnusedGPU says why a GPU that is there computes nothing; nil if there is none. It may
	// be one of the errors above.
	UnusedGPU error
}

// SparkLoad is a load on a Spark cluster.
type SparkLoad struct {
	Corpus tweets.Options
	Remote string // the server's address; if empty, that of the environment
	// Tweets is the folder of tweets as the cluster sees it; if empty, it sees the corpus's.
	Tweets   string
	Progress func(SparkProgress)
}

// SparkProgress says how far a load on a cluster is.
type SparkProgress struct {
	Stage             tweets.Stage
	Bytes, BytesTotal int64 // of the files of the tasks that are done
	TasksDone, Tasks  int
	Rows              int // that have come home
}

// VectorOptions say how word2vec is trained.
type VectorOptions struct {
	Size, MinCount, Iterations int // 0 is Spark's default
	Seed                       uint64
	Progress                   func(words, total int)
}

// Training is a GPT-2 to be trained.
type Training struct {
	From        string      // folder of the model to go on from; if empty, one with random weights:
	Config      config.GPT2 // its shape
	Seed        uint64      // of its weights
	Learn       []int32     // tokens
	Validate    []int32     // tokens
	Settings    training.Settings
	Checkpoints string // folder
	Into        string // folder of the trained model
	Progress    func(training.Progress)
}

// Model is a model in a folder, and how it reads tweets.
type Model struct {
	Name, Folder string
	Encoding     corpus.Encoding
}

// Text is one on which models are measured.
type Text struct {
	Name   string
	Tweets int // that it holds
	Text   string
}

// ClassifierOptions say how a classifier is trained.
type ClassifierOptions struct {
	Names    compare.Names // that do not count; nil if all do
	Seed     uint64
	Progress func(done, total int)
}
