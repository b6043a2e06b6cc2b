package run

import (
	"cmp"
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

// Run is one run: a corpus, a recipe, and the folder where results lie.
type Run struct {
	Name     string
	Corpus   string // folder
	Dir      string // run folder
	Settings Settings
	Recipe   Recipe

	Own        Recipe     // whose base stands in for a published one that is not to be had
	Generation Generation // the recipe's own: with other settings texts get a place of their own
	Resolve    Resolver   // of published models

	Maker  task.Maker   // nil in a process that asks
	Engine *task.Engine // opened at first use
	Redo   *[]string    // if set, takes the names of the steps that would be done, and none is done

	vectorEngine *task.Engine // what word vectors are trained on; opened at first use

	options Options // as they were asked for
	asks    bool    // a worker for steps that are not done, in place of doing them

	figures figuresFile
	known   map[string]known  // results that this process has read or made
	hashes  map[string]hashes // of files, by who asked for them
	inUse   *os.File          // says to other processes that this one is at work in the run
}

// validName is what a run may be called: the name becomes a folder and part of
// the reports' file names.
var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// New opens a run in a process that shows it: steps that are not done are done by workers,
// processes of their own.
func New(ctx context.Context, o Options) (*Run, error) {
	return newRun(ctx, nil, o)
}

// NewWith opens a run in the process that does its steps.
func NewWith(ctx context.Context, m task.Maker, o Options) (*Run, error) {
	return newRun(ctx, m, o)
}

// newRun opens a run. Without a corpus it is that of the demo corpus, in the run folder.
func newRun(ctx context.Context, m task.Maker, o Options) (*Run, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	recipe, err := recipeByName(o.Recipe)
	if err != nil {
		return nil, err
	}
	o.Recipe = recipe.Name
	runs, err := runsDir()
	if err != nil {
		return nil, err
	}
	r := &Run{
		Name: o.Name, Corpus: o.Corpus, Dir: filepath.Join(runs, o.Name), Recipe: recipe,
		Own: recipe, Generation: recipe.Generation, Resolve: RememberMissing(hub.Resolve),
		Maker: m, options: o, asks: m == nil, known: map[string]known{},
	}
	if recipe.BaseModel != "" {
		r.Own = LaptopRecipe()
	}
	if r.Corpus == "" {
		if err := r.join(); err != nil {
			return nil, err
		}
		if err := r.makeDemo(ctx); err != nil {
			return nil, err
		}
	}
	if r.Corpus, err = filepath.Abs(r.Corpus); err != nil {
		return nil, err
	}
	if r.Settings, err = ReadSettings(r.Corpus); err != nil {
		return nil, err
	}
	r.Recipe.TwoBlanks, r.Own.TwoBlanks = r.Settings.TwoBlanks, r.Settings.TwoBlanks
	return r, r.join()
}

// join makes this process one of those at work in the run. The first of them, with
// nobody at work, removes what killed ones left half written.
func (r *Run) join() (err error) {
	if r.inUse == nil {
		r.inUse, err = home.Join(r.Path("steps", "in-use.lock"), r.sweep)
	}
	return err
}

// sweep removes what is half written.
func (r *Run) sweep() error {
	if r.Maker != nil {
		if err := r.Maker.SweepDemo(r.Dir); err != nil {
			return err
		}
	}
	return filepath.WalkDir(r.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return home.RemovePartial(path)
	})
}

// makeDemo writes the demo corpus once; its generator writes all or nothing.
func (r *Run) makeDemo(ctx context.Context) error {
	r.Corpus = r.Path("corpus")
	if _, err := os.Stat(filepath.Join(r.Corpus, "study.toml")); !IsMissing(err) {
		return err
	}
	if r.asks {
		return r.ask(ctx, "corpus", nil) // Opening a run makes it.
	}
	release, err := r.lock(ctx, "corpus")
	if err != nil {
		return err
	}
	defer release()
	if _, err := os.Stat(filepath.Join(r.Corpus, "study.toml")); !IsMissing(err) {
		return err
	}
	if err := r.Maker.WriteDemo(r.Corpus, r.Recipe.DemoTweets); err != nil {
		return fmt.Errorf("crear el corpus de demostración: %w", err)
	}
	return nil
}

// Folder is that of the run that options mean.
func Folder(o Options) (string, error) {
	o, err := o.complete()
	if err != nil {
		return "", err
	}
	runs, err := runsDir()
	return filepath.Join(runs, o.Name), err
}

// Folders are those of all runs, sorted.
func Folders() ([]string, error) {
	runs, err := runsDir()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(runs)
	if err != nil && !IsMissing(err) {
		return nil, err
	}
	var folders []string
	for _, entry := range entries {
		folder := filepath.Join(runs, entry.Name())
		if _, err := os.Stat(filepath.Join(folder, "steps")); err == nil {
			folders = append(folders, folder)
		}
	}
	return folders, nil
}

// complete fills in what is empty from the environment, and names the run.
func (o Options) complete() (Options, error) {
	o.Corpus = cmp.Or(o.Corpus, os.Getenv(EnvCorpus))
	o.Name = cmp.Or(o.Name, os.Getenv(EnvName))
	o.Recipe = cmp.Or(o.Recipe, os.Getenv(EnvRecipe))
	named := "demo"
	if o.Corpus != "" {
		corpus, err := filepath.Abs(o.Corpus)
		if err != nil {
			return o, err
		}
		o.Corpus, named = corpus, strings.ToLower(filepath.Base(corpus))
	}
	o.Name = cmp.Or(o.Name, named)
	if !validName.MatchString(o.Name) {
		return o, fmt.Errorf("el nombre de la corrida %q solo puede llevar minúsculas sin tilde, cifras y guiones", o.Name)
	}
	return o, nil
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

// Path joins names to the run folder.
func (r *Run) Path(names ...string) string {
	return filepath.Join(append([]string{r.Dir}, names...)...)
}
