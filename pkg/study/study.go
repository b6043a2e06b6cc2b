package study

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/hub"
	"github.com/hemiciclo/hemiciclo/pkg/task"
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

	options Options      // as they were asked for
	asks    bool         // a worker for steps that are not done, in place of doing them
	maker   task.Maker   // nil in a process that asks
	engine  *task.Engine // opened at first use
	own     Recipe       // whose base stands in for a published one that is not to be had
	resolve resolver

	generation Generation // the recipe's own: with other settings texts get a place of their own

	figures figuresFile
	known   map[string]known // results that this process has read or made

	inUse  *os.File          // says to other processes that this one is at work in the run
	hashes map[string]hashes // of files, by who asked for them
	redo   *[]string         // if set, takes the names of the steps that would be done, and none is done
}

// validName is what a run may be called: the name becomes a folder and part of
// the reports' file names.
var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// New opens a study in a process that shows it: steps that are not done are done by workers,
// processes of their own.
func New(o Options) (*Study, error) {
	return newStudy(o, nil)
}

// NewWith opens a study in the process that does its steps.
func NewWith(m task.Maker, o Options) (*Study, error) {
	return newStudy(o, m)
}

// newStudy opens a study. Without a corpus it is that of the demo corpus, in the run folder.
func newStudy(o Options, m task.Maker) (*Study, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	recipe, err := RecipeByName(o.Recipe)
	if err != nil {
		return nil, err
	}
	o.Recipe = recipe.Name
	runs, err := runsDir()
	if err != nil {
		return nil, err
	}
	s := &Study{options: o, maker: m, asks: m == nil, Name: o.Name, Corpus: o.Corpus, Dir: filepath.Join(runs, o.Name), Recipe: recipe, own: recipe, generation: recipe.Generation, resolve: rememberMissing(hub.Resolve), known: map[string]known{}}
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
	if s.maker != nil {
		if err := s.maker.SweepDemo(s.Dir); err != nil {
			return err
		}
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
	if _, err := os.Stat(filepath.Join(s.Corpus, "study.toml")); !isMissing(err) {
		return err
	}
	if s.asks {
		return s.ask(context.Background(), "corpus", nil) // Opening a study does it.
	}
	release, err := s.lock(context.Background(), "corpus")
	if err != nil {
		return err
	}
	defer release()
	if _, err := os.Stat(filepath.Join(s.Corpus, "study.toml")); !isMissing(err) {
		return err
	}
	if err := s.maker.WriteDemo(s.Corpus, s.Recipe.DemoTweets); err != nil {
		return fmt.Errorf("crear el corpus de demostración: %w", err)
	}
	return nil
}

// RunFolder is the folder of the run that options mean.
func RunFolder(o Options) (string, error) {
	o, err := o.complete()
	if err != nil {
		return "", err
	}
	runs, err := runsDir()
	return filepath.Join(runs, o.Name), err
}

// Runs are the folders of all runs, sorted.
func Runs() ([]string, error) {
	runs, err := runsDir()
	if err != nil {
		return nil, err
	}
	folders, err := filepath.Glob(filepath.Join(runs, "*", "steps"))
	for i, folder := range folders {
		folders[i] = filepath.Dir(folder)
	}
	return folders, err
}

// complete fills in what is empty from the environment, and names the run.
func (o Options) complete() (Options, error) {
	for value, env := range map[*string]string{&o.Corpus: EnvCorpus, &o.Name: EnvName, &o.Recipe: EnvRecipe} {
		if *value == "" {
			*value = os.Getenv(env)
		}
	}
	if o.Name == "" {
		o.Name = defaultName(o.Corpus)
	}
	if o.Corpus != "" {
		corpus, err := filepath.Abs(o.Corpus)
		if err != nil {
			return o, err
		}
		o.Corpus = corpus
	}
	if !validName.MatchString(o.Name) {
		return o, fmt.Errorf("el nombre de la corrida %q solo puede llevar minúsculas sin tilde, cifras y guiones", o.Name)
	}
	return o, nil
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
