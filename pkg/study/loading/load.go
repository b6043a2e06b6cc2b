package loading

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// loadVersion is raised when the load makes other rows of the same files.
const loadVersion = 5

// mostMalformedShown is how many unreadable records are shown to a reader.
const mostMalformedShown = 10

// Loaded is the corpus after the study's first notebook: read, cleaned and
// joined with the accounts.
type Loaded struct {
	Tweets  []tweets.Tweet
	Summary LoadSummary

	Run    *run.Run
	Record run.Record
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

// Load loads the corpus as its settings say, once: what a process works on are the tweets that
// it found.
func Load(ctx context.Context, r *run.Run) (*Loaded, error) {
	asked, err := run.Step{Name: "load", Inputs: []any{r.Corpus, r.Settings}}.Fingerprint()
	if err != nil {
		return nil, err
	}
	loaded, err := run.Once(r, "load", asked, func() (Loaded, error) { return loadCorpus(ctx, r) })
	if err != nil {
		return nil, err
	}
	loaded.Run = r
	return &loaded, nil
}

func loadCorpus(ctx context.Context, r *run.Run) (loaded Loaded, err error) {
	inputs, err := loadInputs(ctx, r)
	if err != nil {
		return loaded, err
	}
	loaded.Record, err = r.Do(ctx, run.Step{
		Name: "load", Version: loadVersion,
		Inputs:    inputs,
		Artifacts: []string{"tweets.parquet", "load.json"},
	}, func() error { return readCorpus(ctx, r) })
	if err != nil {
		return loaded, err
	}
	if err := run.ReadJSON(r.Path("load.json"), &loaded.Summary); err != nil {
		return loaded, err
	}
	if err := checkMalformed(r, loaded.Summary); err != nil {
		return loaded, err
	}
	if loaded.Tweets, err = r.QuickTweets(ctx, loaded.Record); err != nil {
		return loaded, err
	}
	if r.Settings.Split == run.SplitTime && !HasDates(loaded.Tweets) {
		return loaded, fmt.Errorf("split = %q reparte por fecha, y ningún tweet tiene fecha: ponga split = %q o %q en %s, o diga en [columns] cómo se llama la de las fechas, como en created_at = \"fecha\"",
			run.SplitTime, run.SplitRandom, run.SplitAuthor, filepath.Join(r.Corpus, "study.toml"))
	}
	return loaded, recordLoad(ctx, r, loaded)
}

// loadInputs are what the load depends on: its files' contents, under their names in
// the corpus, and its settings.
func loadInputs(ctx context.Context, r *run.Run) ([]any, error) {
	options := loadOptions(r)
	files := []run.NamedFile{{Name: "accounts.csv", Path: options.Accounts}}
	if r.Settings.Tweets == "" { // else they are not here
		found, err := tweets.Files(options)
		if err != nil {
			return nil, err
		}
		inCorpus := inCorpus(r)
		for _, file := range found {
			files = append(files, run.NamedFile{Name: inCorpus(file.Path), Path: file.Path})
		}
	}
	contents, err := r.Contents(ctx, "load", files)
	if err != nil {
		return nil, err
	}
	options.Accounts, options.Tweets = "", nil // where the files lie makes no difference
	options.MaxMalformed = 0                   // nor does it how many more malformed records would have done
	inputs := []any{contents, options}
	if r.Settings.Engine == run.EngineSpark {
		inputs = append(inputs, run.EngineSpark, r.Settings.Tweets)
	}
	return inputs, nil
}

// inCorpus returns what a file of tweets is called wherever the corpus lies. The load
// reads the folder behind a link.
func inCorpus(r *run.Run) func(path string) string {
	root, err := filepath.EvalSymlinks(filepath.Join(r.Corpus, "tweets"))
	return func(path string) string {
		if rest, found := strings.CutPrefix(path, root); err == nil && found {
			return "tweets" + filepath.ToSlash(rest)
		}
		return path
	}
}

// checkMalformed refuses a load made when more malformed records were allowed.
func checkMalformed(r *run.Run, l LoadSummary) error {
	result := &tweets.Result{Steps: l.Steps, MalformedCount: l.MalformedCount, Malformed: l.Malformed}
	return explainMalformed(r, result.CheckMalformed(loadOptions(r).MaxMalformed), result)
}

// loadOptions are what the corpus's settings ask of the load.
func loadOptions(r *run.Run) tweets.Options {
	from, to, _ := r.Settings.Dates() // they were checked when they were read
	o := tweets.Options{
		Accounts:       filepath.Join(r.Corpus, "accounts.csv"),
		Tweets:         []string{filepath.Join(r.Corpus, "tweets")},
		Columns:        r.Settings.Columns,
		Format:         r.Settings.Format,
		TimeZone:       r.Settings.TimeZone,
		Days:           r.Settings.Days,
		From:           from,
		To:             to,
		Languages:      r.Settings.Languages,
		MinTokens:      cmp.Or(r.Settings.MinTokens, -1), // to the load, 0 is the study's number
		NearCopies:     r.Settings.NearCopies,
		DropAuthorless: r.Settings.DropAuthorless,
		Cleaning:       tweets.Cleaning(r.Settings.Cleaning),
	}
	switch r.Settings.MaxMalformed {
	case 0:
		o.MaxMalformed = -1 // not one
	case tweets.DefaultMaxMalformed: // the load's own
	default:
		o.MaxMalformed = r.Settings.MaxMalformed
	}
	return o
}

func readCorpus(ctx context.Context, r *run.Run) error {
	var result *tweets.Result
	var engine string
	var err error
	if r.Settings.Engine == run.EngineSpark {
		result, engine, err = loadSpark(ctx, r)
	} else {
		result, engine, err = loadEmbedded(ctx, r)
	}
	if err != nil {
		return explainMalformed(r, err, result)
	}
	if result.Steps[len(result.Steps)-1].Rows == 0 {
		return noneLeft(r, result)
	}
	inCorpus := inCorpus(r)
	for i := range result.Malformed {
		result.Malformed[i].File = inCorpus(result.Malformed[i].File)
	}
	return run.WriteJSON(r.Path("load.json"), LoadSummary{
		Engine: engine, Format: result.Format, RoundedIDs: result.RoundedIDs, Files: result.Files, Accounts: len(result.Accounts), Newest: result.Newest,
		Steps: result.Steps, Drops: result.Drops, MalformedCount: result.MalformedCount, Malformed: result.Malformed, Empty: result.Empty,
	})
}

// noneLeft is the error of a load that leaves no tweet: it tells at which step the
// last were lost.
func noneLeft(r *run.Run, result *tweets.Result) error {
	if result.Steps[0].Rows == 0 {
		why := fmt.Sprintf("vacíos: %d de %d", len(result.Empty), result.Files)
		if result.MalformedCount > 0 {
			why = fmt.Sprintf("filas ilegibles: %s", chart.Integer(result.MalformedCount))
		}
		return explainMalformed(r, fmt.Errorf("los archivos de %s no traen ningún tweet (%s)", filepath.Join(r.Corpus, "tweets"), why), result)
	}
	last := slices.IndexFunc(result.Steps, func(st tweets.Step) bool { return st.Rows == 0 })
	step := result.Steps[last].Name
	what, mend := lost(r, step, result, result.Accounts)
	return fmt.Errorf("no queda ningún tweet de %s: de %s, las últimas se perdieron en el paso «%s»: %s. %s",
		r.Corpus, chart.Count(result.Steps[0].Rows, "fila leída", "filas leídas"), stepName(r.Settings, step), what, mend)
}

// loadEmbedded is the load on this machine.
func loadEmbedded(ctx context.Context, r *run.Run) (result *tweets.Result, engine string, err error) {
	track := chart.NewTrack("Leyendo los tweets", "kB", 0)
	start := time.Now()
	show := func(p tweets.Progress) {
		run.LogUnshown(track.Set(p.Bytes/1000, p.BytesTotal/1000, loadDetail(p, time.Since(start))))
	}
	var last tweets.Progress
	o := loadOptions(r)
	o.Progress = func(p tweets.Progress) {
		show(p)
		last = p
	}
	result, err = r.Maker.LoadTweets(ctx, o, r.Path("tweets.parquet"))
	if err == nil {
		last.Stage = tweets.StageRead // what was read is what remains to be said
		show(last)
	}
	run.LogUnshown(track.Close(err))
	return result, run.EngineEmbedded, err
}

// loadDetail is the line below the bar of the load.
func loadDetail(p tweets.Progress, elapsed time.Duration) string {
	rows := chart.Count(p.Rows, "fila", "filas")
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
func explainMalformed(r *run.Run, err error, result *tweets.Result) error {
	if err == nil || result == nil || len(result.Malformed) == 0 {
		return err
	}
	var lines strings.Builder
	for _, m := range result.Malformed[:min(mostMalformedShown, len(result.Malformed))] {
		fmt.Fprintf(&lines, "\n%v", m)
	}
	return fmt.Errorf("%w\nCorrija esas filas, diga en [columns] cómo se llaman las columnas, o admita más con max_malformed en %s:%s",
		err, filepath.Join(r.Corpus, "study.toml"), lines.String())
}

func recordLoad(ctx context.Context, r *run.Run, l Loaded) error {
	var figures []run.Figure
	for _, st := range l.Summary.Steps {
		figures = append(figures, run.Figure{ID: "load." + st.Name, Value: float64(st.Rows), Unit: "tweets", Source: "load.json"})
	}
	for _, d := range l.Summary.Drops {
		if d.Unknown {
			continue
		}
		figures = append(figures, run.Figure{ID: "load.dropped." + d.Reason, Value: float64(d.Rows), Unit: "tweets", Source: "load.json"})
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
		figures = append(figures, run.Figure{ID: "load." + id, Value: float64(n), Unit: "tweets", Source: "tweets.parquet"})
	}
	return r.RecordFigures(ctx, "load", figures...)
}
