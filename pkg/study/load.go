package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// loadVersion is raised when the load makes other rows of the same files.
const loadVersion = 4

// mostMalformedShown is how many unreadable records are shown to a reader.
const mostMalformedShown = 10

// Loaded is the corpus after the study's first notebook: read, cleaned and
// joined with the accounts.
type Loaded struct {
	Tweets  []tweets.Tweet
	Summary LoadSummary

	study *Study
	made  stepRecord
}

// LoadSummary is what the load says besides the tweets: load.json.
type LoadSummary struct {
	Engine         string             `json:"engine"`
	Format         string             `json:"format"`
	RoundedIDs     int                `json:"rounded_ids,omitempty"`
	Files          int                `json:"files"`
	Accounts       int                `json:"accounts"`
	Newest         time.Time          `json:"newest"`
	Steps          []tweets.Step      `json:"steps"`
	Drops          []tweets.Drop      `json:"drops"`
	MalformedCount int                `json:"malformed_count"`
	Malformed      []tweets.Malformed `json:"malformed,omitempty"`
	Empty          []string           `json:"empty,omitempty"` // files without a record
}

// load loads the corpus as its settings say, once: what a process works on are the tweets that
// it found.
func (s *Study) load(ctx context.Context) (*Loaded, error) {
	asked, err := step{Name: "load", Inputs: []any{s.Corpus, s.Settings}}.fingerprint()
	if err != nil {
		return nil, err
	}
	loaded, err := once(s, "load", asked, func() (Loaded, error) { return s.loadCorpus(ctx) })
	if err != nil {
		return nil, err
	}
	loaded.study = s
	return &loaded, nil
}

func (s *Study) loadCorpus(ctx context.Context) (loaded Loaded, err error) {
	inputs, err := s.loadInputs(ctx)
	if err != nil {
		return loaded, err
	}
	loaded.made, err = s.run(ctx, step{
		Name: "load", Version: loadVersion,
		Inputs:    inputs,
		Artifacts: []string{"tweets.parquet", "load.json"},
	}, func() error { return s.readCorpus(ctx) })
	if err != nil {
		return loaded, err
	}
	if err := readJSON(s.path("load.json"), &loaded.Summary); err != nil {
		return loaded, err
	}
	if err := s.checkMalformed(loaded.Summary); err != nil {
		return loaded, err
	}
	if loaded.Tweets, err = s.quickTweets(ctx, loaded.made); err != nil {
		return loaded, err
	}
	if s.Settings.Split == SplitTime && !dated(loaded.Tweets) {
		return loaded, fmt.Errorf("split = %q reparte por fecha, y ningún tweet tiene fecha: ponga split = %q o %q en %s, o diga en [columns] cómo se llama la de las fechas, como en created_at = \"fecha\"",
			SplitTime, SplitRandom, SplitAuthor, filepath.Join(s.Corpus, "study.toml"))
	}
	return loaded, s.recordLoad(loaded)
}

// loadInputs are what the load depends on: its files' contents, under their names in
// the corpus, and its settings.
func (s *Study) loadInputs(ctx context.Context) ([]any, error) {
	options := s.loadOptions()
	files := []namedFile{{"accounts.csv", options.Accounts}}
	if s.Settings.Tweets == "" { // else they are not here
		found, err := tweets.Files(options)
		if err != nil {
			return nil, err
		}
		name := s.inCorpus()
		for _, file := range found {
			files = append(files, namedFile{name(file.Path), file.Path})
		}
	}
	contents, err := s.contents(ctx, "load", files)
	if err != nil {
		return nil, err
	}
	options.Accounts, options.Tweets = "", nil // where the files lie makes no difference
	options.MaxMalformed = 0                   // nor does it how many more malformed records would have done
	inputs := []any{contents, options}
	if s.Settings.Engine == EngineSpark {
		inputs = append(inputs, EngineSpark, s.Settings.Tweets)
	}
	return inputs, nil
}

// inCorpus returns what a file of tweets is called wherever the corpus lies. The load
// reads the folder behind a link.
func (s *Study) inCorpus() func(path string) string {
	root, err := filepath.EvalSymlinks(filepath.Join(s.Corpus, "tweets"))
	return func(path string) string {
		if rest, found := strings.CutPrefix(path, root); err == nil && found {
			return "tweets" + filepath.ToSlash(rest)
		}
		return path
	}
}

// checkMalformed refuses a load made when more malformed records were allowed.
func (s *Study) checkMalformed(l LoadSummary) error {
	result := &tweets.Result{Steps: l.Steps, MalformedCount: l.MalformedCount, Malformed: l.Malformed}
	return s.explainMalformed(result.CheckMalformed(s.loadOptions().MaxMalformed), result)
}

// loadOptions are what the corpus's settings ask of the load.
func (s *Study) loadOptions() tweets.Options {
	from, to, _ := s.Settings.dates() // they were checked when they were read
	o := tweets.Options{
		Accounts:       filepath.Join(s.Corpus, "accounts.csv"),
		Tweets:         []string{filepath.Join(s.Corpus, "tweets")},
		Columns:        s.Settings.Columns,
		Format:         s.Settings.Format,
		TimeZone:       s.Settings.TimeZone,
		Days:           s.Settings.Days,
		From:           from,
		To:             to,
		Languages:      s.Settings.Languages,
		MinTokens:      cmp.Or(s.Settings.MinTokens, -1), // to the load, 0 is the study's number
		NearCopies:     s.Settings.NearCopies,
		DropAuthorless: s.Settings.DropAuthorless,
		Cleaning:       tweets.Cleaning(s.Settings.Cleaning),
	}
	switch s.Settings.MaxMalformed {
	case 0:
		o.MaxMalformed = -1 // not one
	case tweets.DefaultMaxMalformed: // the load's own
	default:
		o.MaxMalformed = s.Settings.MaxMalformed
	}
	return o
}

func (s *Study) readCorpus(ctx context.Context) error {
	engine := s.loadEmbedded
	if s.Settings.Engine == EngineSpark {
		engine = s.loadSpark
	}
	result, name, err := engine(ctx)
	if errors.Is(err, tweets.ErrUndated) {
		return fmt.Errorf("ningún tweet tiene fecha: quite days, from y to de %s, o diga en [columns] cómo se llama la columna de las fechas, como en created_at = \"fecha\": %w",
			filepath.Join(s.Corpus, "study.toml"), err)
	}
	if err != nil {
		return s.explainMalformed(err, result)
	}
	if result.Steps[len(result.Steps)-1].Rows == 0 {
		return s.noneLeft(result)
	}
	inCorpus := s.inCorpus()
	for i := range result.Malformed {
		result.Malformed[i].File = inCorpus(result.Malformed[i].File)
	}
	return writeJSON(s.path("load.json"), LoadSummary{
		Engine: name, Format: result.Format, RoundedIDs: result.RoundedIDs, Files: result.Files, Accounts: len(result.Accounts), Newest: result.Newest,
		Steps: result.Steps, Drops: result.Drops, MalformedCount: result.MalformedCount, Malformed: result.Malformed, Empty: result.Empty,
	})
}

// noneLeft is the error of a load that leaves no tweet: it tells at which step the
// last were lost.
func (s *Study) noneLeft(result *tweets.Result) error {
	if result.Steps[0].Rows == 0 {
		why := fmt.Sprintf("vacíos: %d de %d", len(result.Empty), result.Files)
		if result.MalformedCount > 0 {
			why = fmt.Sprintf("filas ilegibles: %s", chart.Integer(result.MalformedCount))
		}
		return s.explainMalformed(fmt.Errorf("los archivos de %s no traen ningún tweet (%s)", filepath.Join(s.Corpus, "tweets"), why), result)
	}
	lost := slices.IndexFunc(result.Steps, func(st tweets.Step) bool { return st.Rows == 0 })
	step := result.Steps[lost].Name
	what, mend := s.lost(step, result, result.Accounts)
	return fmt.Errorf("no queda ningún tweet de %s: de %s filas leídas, las últimas se perdieron en el paso «%s»: %s. %s",
		s.Corpus, chart.Integer(result.Steps[0].Rows), stepNames[step], what, mend)
}

// loadEmbedded is the load on this machine.
func (s *Study) loadEmbedded(ctx context.Context) (result *tweets.Result, engine string, err error) {
	track := chart.NewTrack("Leyendo los tweets", "kB", 0)
	start := time.Now()
	show := func(p tweets.Progress) {
		showing(track.Set(p.Bytes/1000, p.BytesTotal/1000, loadDetail(p, time.Since(start))))
	}
	var last tweets.Progress
	o := s.loadOptions()
	o.Progress = func(p tweets.Progress) {
		show(p)
		last = p
	}
	result, err = s.maker.LoadTweets(ctx, o, s.path("tweets.parquet"))
	if err == nil {
		last.Stage = tweets.StageRead // what was read is what remains to be said
		show(last)
	}
	showing(track.Close(err))
	return result, EngineEmbedded, err
}

// loadDetail is the line below the bar of the load.
func loadDetail(p tweets.Progress, elapsed time.Duration) string {
	rows := chart.Integer(p.Rows) + " filas"
	if p.Stage == tweets.StageWrite {
		return rows + " · quito repetidos, ordeno y escribo"
	}
	if seconds := elapsed.Seconds(); seconds > 0.1 {
		rows += " · " + chart.Number(float64(p.Rows)/seconds, 0) + " filas/s"
	}
	return fmt.Sprintf("%s · %s de %s archivos", rows, chart.Integer(p.FilesDone), chart.Integer(p.FilesTotal))
}

// explainMalformed adds to an error the records that could not be read, if they
// are why the load stopped, and what to do about them.
func (s *Study) explainMalformed(err error, result *tweets.Result) error {
	if err == nil || result == nil || len(result.Malformed) == 0 {
		return err
	}
	var lines strings.Builder
	for _, m := range result.Malformed[:min(mostMalformedShown, len(result.Malformed))] {
		fmt.Fprintf(&lines, "\n%v", m)
	}
	return fmt.Errorf("%w\nCorrija esas filas, diga en [columns] cómo se llaman las columnas, o admita más con max_malformed en %s:%s",
		err, filepath.Join(s.Corpus, "study.toml"), lines.String())
}

func (s *Study) recordLoad(l Loaded) error {
	var figures []Figure
	for _, st := range l.Summary.Steps {
		figures = append(figures, Figure{ID: "load." + st.Name, Value: float64(st.Rows), Unit: "tweets", Source: "load.json"})
	}
	for _, d := range l.Summary.Drops {
		figures = append(figures, Figure{ID: "load.dropped." + d.Reason, Value: float64(d.Rows), Unit: "tweets", Source: "load.json"})
	}
	counts := map[string]int{}
	for _, t := range l.Tweets {
		counts["party."+t.Partido]++
		counts["coalition."+t.Coalicion]++
		if !t.Time.IsZero() {
			counts["month."+t.Time.Format("2006-01")]++
		}
	}
	for id, n := range counts {
		figures = append(figures, Figure{ID: "load." + id, Value: float64(n), Unit: "tweets", Source: "tweets.parquet"})
	}
	return s.record("load", figures...)
}
