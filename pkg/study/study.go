package study

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/hub"
)

// The environment variables that scripts/run and scripts/lab set, each the
// default of the option of the same name.
const (
	EnvCorpus = "HEMICICLO_CORPUS"
	EnvName   = "HEMICICLO_NAME"
	EnvRecipe = "HEMICICLO_RECIPE"
	EnvRuns   = "HEMICICLO_RUNS" // the folder of all runs; <project>/runs if unset
)

// Options say what to study; zero values are sensible.
type Options struct {
	Corpus string // the corpus folder; the demo corpus if empty
	Name   string // of the run; "demo", or the corpus folder's name
	Recipe string // of the training; "laptop" if empty
}

// Study is one run: a corpus, a recipe, and the folder where results lie.
type Study struct {
	Name     string
	Corpus   string // folder
	Dir      string // run folder
	Settings Settings
	Recipe   Recipe

	engine  *backend.Engine // opened at first use
	onCPU   *backend.Engine // opened by vectorEngine
	loaded  *Loaded         // the latest load: most steps ask for it, some several times
	own     Recipe          // whose base stands in for a published one that is not to be had
	resolve resolver

	generation Generation // the recipe's own: with other settings texts get a place of their own

	inUse  *os.File          // says to other processes that this one is at work in the run
	hashes map[string]hashes // of files, by who asked for them
	redo   *[]string         // if set, takes the names of the steps that would be done, and none is done
}

// Open opens a study from a notebook cell. The context ends when the cell is
// interrupted. A failure is shown in the cell, which ends there.
func Open(o Options) (context.Context, *Study) {
	// The process ends with its cell, so nothing is left to stop.
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt)
	return ctx, Must(New(o))
}

// validName is what a run may be called: the name becomes a folder and part of
// the reports' file names.
var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// New opens a study. Without a corpus it makes the demo corpus in the run
// folder.
func New(o Options) (*Study, error) {
	for value, env := range map[*string]string{&o.Corpus: EnvCorpus, &o.Name: EnvName, &o.Recipe: EnvRecipe} {
		if *value == "" {
			*value = os.Getenv(env)
		}
	}
	recipe, err := RecipeByName(o.Recipe)
	if err != nil {
		return nil, err
	}
	if o.Name == "" {
		o.Name = defaultName(o.Corpus)
	}
	if !validName.MatchString(o.Name) {
		return nil, fmt.Errorf("el nombre de la corrida %q solo puede llevar minúsculas sin tilde, cifras y guiones", o.Name)
	}
	runs, err := runsDir()
	if err != nil {
		return nil, err
	}
	s := &Study{Name: o.Name, Corpus: o.Corpus, Dir: filepath.Join(runs, o.Name), Recipe: recipe, own: recipe, generation: recipe.Generation, resolve: rememberMissing(hub.Resolve)}
	if recipe.BaseModel != "" {
		s.own = Laptop()
	}
	if s.Corpus == "" {
		if err := s.join(); err != nil {
			return nil, err
		}
		if err := s.makeDemo(); err != nil {
			return nil, err
		}
	}
	if s.Corpus, err = filepath.Abs(s.Corpus); err != nil {
		return nil, err
	}
	if s.Settings, err = ReadSettings(s.Corpus); err != nil {
		return nil, err
	}
	s.Recipe.TwoBlanks, s.own.TwoBlanks = s.Settings.TwoBlanks, s.Settings.TwoBlanks
	return s, s.join()
}

// join makes this process one of those at work in the run. The first of them, with
// nobody at work, removes what killed ones left half written.
func (s *Study) join() (err error) {
	if s.inUse == nil {
		s.inUse, err = home.Join(s.path("steps", "in-use.lock"), s.sweep)
	}
	return err
}

// sweep removes what is half written.
func (s *Study) sweep() error {
	if err := demo.RemovePartial(s.Dir); err != nil {
		return err
	}
	return filepath.WalkDir(s.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return home.RemovePartial(path)
	})
}

// makeDemo writes the demo corpus once; its generator writes all or nothing.
func (s *Study) makeDemo() error {
	s.Corpus = s.path("corpus")
	release, err := s.lock(context.Background(), "corpus")
	if err != nil {
		return err
	}
	defer release()
	if _, err := os.Stat(filepath.Join(s.Corpus, "study.toml")); !isMissing(err) {
		return err
	}
	if _, err := demo.Write(s.Corpus, demo.Options{Tweets: s.Recipe.DemoTweets}); err != nil {
		return fmt.Errorf("crear el corpus de demostración: %w", err)
	}
	return nil
}

func defaultName(corpus string) string {
	if corpus == "" {
		return "demo"
	}
	return strings.ToLower(filepath.Base(filepath.Clean(corpus)))
}

func runsDir() (string, error) {
	if dir := os.Getenv(EnvRuns); dir != "" {
		return filepath.Abs(dir)
	}
	root, err := home.Dir()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "runs"), nil
}

// path joins names to the run folder.
func (s *Study) path(names ...string) string {
	return filepath.Join(append([]string{s.Dir}, names...)...)
}

// Engine opens the engine on which models train, once.
func (s *Study) Engine() (*backend.Engine, error) {
	if s.engine == nil {
		engine, err := backend.OpenWith(backend.Options{TF32: s.Recipe.TF32, FlashAttention: s.Recipe.FlashAttention})
		if err != nil {
			return nil, err
		}
		s.engine = engine
	}
	return s.engine, nil
}

// vectorEngine opens the engine on which word2vec trains, once: never a graphics card's,
// which waits for the host after each of the many small steps.
func (s *Study) vectorEngine() (*backend.Engine, error) {
	engine, err := s.Engine()
	if err != nil || engine.Platform != "cuda" {
		return engine, err
	}
	if s.onCPU == nil {
		if s.onCPU, err = backend.OpenWith(backend.Options{CPU: true}); err != nil {
			return nil, err
		}
	}
	return s.onCPU, nil
}

// engineInputs are a step's inputs where the engine multiplies matrices in it.
func (s *Study) engineInputs(inputs ...any) []any {
	if s.Recipe.TF32 {
		inputs = append(inputs, "TF32")
	}
	if s.Recipe.FlashAttention {
		inputs = append(inputs, "FlashAttention")
	}
	return inputs
}

// runInfo is run.json: what the index of reports says of a run.
type runInfo struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Recipe    string `json:"recipe"`
	Synthetic bool   `json:"synthetic"`
	Engine    string `json:"engine"`
}

// writeRunInfo records what this run is.
func (s *Study) writeRunInfo() error {
	if _, err := s.Engine(); err != nil {
		return err
	}
	return writeJSON(s.path("run.json"), runInfo{
		Name: s.Name, Title: s.Settings.Title, Recipe: s.Recipe.Name,
		Synthetic: s.Settings.Synthetic, Engine: s.engineLine(),
	})
}
