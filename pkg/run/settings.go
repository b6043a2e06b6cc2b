package run

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/BurntSushi/toml"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Settings is a corpus folder's study.toml: what a researcher edits.
type Settings struct {
	Title     string `toml:"title"`
	Language  string `toml:"language"`   // of the tweets; "es" if empty
	Synthetic bool   `toml:"synthetic"`  // an invented corpus: said wherever its figures show
	Days      int    `toml:"days"`       // keep the last days before the newest tweet; 0 keeps all
	MinTokens int    `toml:"min_tokens"` // keep tweets of more tokens; the study's 5 if the file does not say
	// MaxMalformed is the share of records that may be unreadable before the load
	// stops; one in a thousand if the file does not say.
	MaxMalformed float64 `toml:"max_malformed"`
	// Engine is what loads the corpus: "embedded", this program, if empty, or "spark",
	// the cluster of which Remote is the address: sc://host:port.
	Engine string `toml:"engine"`
	Remote string `toml:"remote"`
	// Tweets is the tweets' folder as the cluster sees it, such as s3a://bucket/tweets;
	// the corpus's own if empty. What changes there is not noticed: to load it again,
	// delete steps/load.json of the run.
	Tweets   string            `toml:"tweets"`
	Format   string            `toml:"format"`   // of the tweets' files; found out if empty
	TimeZone string            `toml:"timezone"` // of dates that name none; UTC if empty
	Columns  map[string]string `toml:"columns"`  // our column name → the file's
	// What the study did without: each is off unless it is set.
	From       string   `toml:"from"`        // first day kept, as "2019-01-31"
	To         string   `toml:"to"`          // last day kept
	Languages  []string `toml:"languages"`   // codes of the languages kept
	NearCopies bool     `toml:"near_copies"` // drop tweets worded as an earlier one
	// DropAuthorless drops records that name no author, which else are unreadable.
	DropAuthorless bool `toml:"drop_authorless"`
	Cleaning       struct {
		Entities bool   `toml:"entities"` // decode HTML entities
		URLs     string `toml:"urls"`     // word that takes every link's place
		Mentions string `toml:"mentions"` // word that takes every @name's place
	} `toml:"cleaning"`
	// TwoBlanks joins tweets into the models' text as the study did, see [Recipe.TwoBlanks].
	TwoBlanks bool     `toml:"two_blanks"`
	Prompts   []string `toml:"prompts"` // what the models continue; five if empty
	// Published shows the figures that the study of 2020 published beside ours, and has
	// the models continue its prompts; if the file does not say, in an invented corpus
	// alone: they mean nothing in another's.
	Published bool `toml:"published"`
	// Split says how tweets are parted into training and test: at random as in the study
	// (the default), by author or by time.
	Split string `toml:"split"`
	// StopWithNotebook stops a step under way when the notebook's kernel is restarted or ended;
	// else only the stop button does.
	StopWithNotebook bool `toml:"stop_with_notebook"`
	// Resample says which interval decides what is called sure, where a figure has
	// both: that over tweets or that over accounts; if empty, the wider one.
	Resample string `toml:"resample"`
	Sides    struct {
		Right SideSettings `toml:"right"`
		Left  SideSettings `toml:"left"`
	} `toml:"sides"`
}

// The engines that load a corpus.
const (
	EngineEmbedded = "embedded" // this program
	EngineSpark    = "spark"    // a cluster
)

// How tweets are parted into training and test.
const (
	SplitRandom = "random"
	SplitAuthor = "author"
	SplitTime   = "time"
)

// What is drawn anew for an interval.
const (
	OverTweets   = "tweets"
	OverAccounts = "accounts"
)

// SideSettings says which tweets make a side: those of any of the named
// parties, coalitions or accounts. Own are the names that the side alone gives itself
// (words, #hashtags, @handles): they choose no tweets, and no step but the classifier's
// depends on them.
type SideSettings struct {
	Label      string   `toml:"label"`
	Partido    []string `toml:"partido"`
	Coalicion  []string `toml:"coalicion"`
	ScreenName []string `toml:"screen_name"`
	Own        []string `toml:"own" json:"-"`
}

// ReadSettings reads and checks the study.toml of a corpus folder. An unknown
// key is an error, so that a misspelt one is not silently without effect.
func ReadSettings(corpusDir string) (Settings, error) {
	path := filepath.Join(corpusDir, "study.toml")
	s := Settings{MinTokens: tweets.DefaultMinTokens, MaxMalformed: tweets.DefaultMaxMalformed}
	data, err := readBounded(path)
	if err != nil {
		return Settings{}, err
	}
	meta, err := toml.Decode(string(data), &s)
	if err != nil {
		return Settings{}, explainedTOML(path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		names := make([]string, len(unknown))
		for i, key := range unknown {
			names[i] = key.String()
		}
		return Settings{}, fmt.Errorf("%s: no se conoce la clave %s; corríjala o bórrela", path, strings.Join(names, ", "))
	}
	if !meta.IsDefined("published") {
		s.Published = s.Synthetic
	}
	s.fillDefaults(filepath.Base(corpusDir))
	if err := s.check(); err != nil {
		return Settings{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func (s *Settings) fillDefaults(folder string) {
	if s.Title == "" {
		s.Title = folder
	}
	if s.Language == "" {
		s.Language = "es"
	}
	if s.Split == "" {
		s.Split = SplitRandom
	}
	if s.Engine == "" {
		s.Engine = EngineEmbedded
	}
	if len(s.Prompts) == 0 {
		s.Prompts = defaultPrompts
		if s.Published {
			s.Prompts = PublishedPrompts
		}
	}
	if strings.TrimSpace(s.Sides.Right.Label) == "" {
		s.Sides.Right.Label = "Derecha"
	}
	if strings.TrimSpace(s.Sides.Left.Label) == "" {
		s.Sides.Left.Label = "Izquierda"
	}
}

func (s Settings) check() error {
	if s.Language != "es" {
		return fmt.Errorf("language = %q: por ahora solo hay palabras vacías en español (\"es\")", s.Language)
	}
	if s.Days < 0 || s.MinTokens < 0 {
		return errors.New("days y min_tokens no pueden ser negativos")
	}
	if !(s.MaxMalformed >= 0 && s.MaxMalformed <= 1) { // nor nan
		return errors.New("max_malformed es una parte del total: dé un número de 0 a 1, por ejemplo 0.01")
	}
	if !slices.Contains([]string{SplitRandom, SplitAuthor, SplitTime}, s.Split) {
		return fmt.Errorf("split = %q: el reparto es al azar (%q), por autor (%q) o por fecha (%q)", s.Split, SplitRandom, SplitAuthor, SplitTime)
	}
	if !slices.Contains([]string{"", OverTweets, OverAccounts}, s.Resample) {
		return fmt.Errorf("resample = %q: los intervalos se sortean sobre tweets (%q) o sobre cuentas (%q); sin resample decide el más ancho", s.Resample, OverTweets, OverAccounts)
	}
	switch s.Engine {
	case EngineEmbedded:
		if s.Remote != "" || s.Tweets != "" {
			return errors.New(`remote y tweets solo valen con engine = "spark"`)
		}
	case EngineSpark:
		if s.Remote != "" && !strings.HasPrefix(s.Remote, "sc://") {
			return errors.New("remote es la dirección de un servidor Spark Connect, como sc://servidor:15002")
		}
	default:
		return fmt.Errorf("engine = %q: puede ser \"embedded\" o \"spark\"", s.Engine)
	}
	if s.Format != "" && !slices.Contains(tweets.Formats(), s.Format) {
		return fmt.Errorf("format = %q: ese formato no existe; los que hay son %s, y sin format se reconoce solo", s.Format, strings.Join(tweets.Formats(), ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Columns)) {
		if !slices.Contains(tweets.Columns(), name) {
			return fmt.Errorf("[columns] %s: ese campo no existe; los que hay son %s", tweets.Excerpt([]byte(name)), strings.Join(tweets.Columns(), ", "))
		}
	}
	if _, _, err := s.Dates(); err != nil {
		return err
	}
	for _, c := range []struct{ key, word string }{{"urls", s.Cleaning.URLs}, {"mentions", s.Cleaning.Mentions}} {
		if strings.ContainsFunc(c.word, unicode.IsSpace) {
			return fmt.Errorf("[cleaning] %s = %q: dé una sola palabra, sin espacios", c.key, c.word)
		}
	}
	for _, side := range Sides {
		settings := s.side(side)
		if len(settings.Partido)+len(settings.Coalicion)+len(settings.ScreenName) == 0 {
			return fmt.Errorf("[sides.%s] no elige a nadie: dé partido, coalicion o screen_name, por ejemplo partido = [\"ABC\"]", side)
		}
		for _, own := range settings.Own {
			if len(compare.Words(own)) == 0 {
				return fmt.Errorf("[sides.%s] own = [%q]: dé palabras, #hashtags o @cuentas, por ejemplo own = [\"@partido\"]", side, own)
			}
		}
	}
	if right, left := s.Sides.Right.Label, s.Sides.Left.Label; sameLabel(right, left) {
		return fmt.Errorf("los dos lados se llaman igual (label = %q y %q en [sides.right] y [sides.left]): dé a cada uno su nombre", right, left)
	}
	return nil
}

// sameLabel tells whether readers could not tell two labels apart: they differ in case
// and blanks at most.
func sameLabel(a, b string) bool {
	fold := func(label string) string { return strings.ToLower(strings.Join(strings.Fields(label), " ")) }
	return fold(a) == fold(b)
}

// Dates are the times from which and before which tweets are kept; zero where
// there is no such bound.
func (s Settings) Dates() (from, to time.Time, err error) {
	zone, err := tweets.Zone(s.TimeZone)
	if errors.Is(err, tweets.ErrLocalZone) {
		return from, to, fmt.Errorf("timezone = %q es la hora de cada equipo, y el mismo corpus daría otras fechas en otro: dé una como \"America/Santiago\"", s.TimeZone)
	}
	if err != nil {
		return from, to, fmt.Errorf("timezone = %q: no se conoce esa zona horaria; dé una como \"America/Santiago\": %w", s.TimeZone, err)
	}
	for _, bound := range []struct {
		name, day string
		at        *time.Time
	}{{"from", s.From, &from}, {"to", s.To, &to}} {
		if bound.day == "" {
			continue
		}
		if *bound.at, err = time.ParseInLocation(time.DateOnly, bound.day, zone); err != nil {
			return from, to, fmt.Errorf("%s = %q: escriba la fecha como \"2019-01-31\"", bound.name, bound.day)
		}
	}
	if !to.IsZero() {
		to = to.AddDate(0, 0, 1) // the last day is kept whole
	}
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		return from, to, fmt.Errorf("from = %q es posterior a to = %q", s.From, s.To)
	}
	return from, to, nil
}

// DateText says which dates are kept, or nothing if all are.
func (s Settings) DateText() string {
	var parts []string
	switch {
	case s.Days == 1:
		parts = append(parts, "el último día")
	case s.Days > 1:
		parts = append(parts, fmt.Sprintf("los últimos %d días", s.Days))
	}
	if s.From != "" {
		parts = append(parts, "desde el "+s.From)
	}
	if s.To != "" {
		parts = append(parts, "hasta el "+s.To)
	}
	return strings.Join(parts, ", ")
}

// CleaningText says what is done to texts beyond the study's cleaning, or nothing.
func (s Settings) CleaningText() string {
	var parts []string
	if s.Cleaning.Entities {
		parts = append(parts, "entidades HTML descifradas")
	}
	if s.Cleaning.URLs != "" {
		parts = append(parts, fmt.Sprintf("«%s» en lugar de los enlaces", s.Cleaning.URLs))
	}
	if s.Cleaning.Mentions != "" {
		parts = append(parts, fmt.Sprintf("«%s» en lugar de las menciones", s.Cleaning.Mentions))
	}
	return strings.Join(parts, ", ")
}
