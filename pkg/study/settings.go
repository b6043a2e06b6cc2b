package study

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
)

// Settings is a corpus folder's study.toml: what a researcher edits.
type Settings struct {
	Title     string `toml:"title"`
	Language  string `toml:"language"`   // of the tweets; "es" if empty
	Synthetic bool   `toml:"synthetic"`  // an invented corpus: said wherever its figures show
	Days      int    `toml:"days"`       // keep the last days before the newest tweet; 0 keeps all
	MinTokens int    `toml:"min_tokens"` // keep tweets of more tokens; 0 means the study's 5
	// MaxMalformed is the share of records that may be unreadable before the load
	// stops; 0 means one in a thousand.
	MaxMalformed float64           `toml:"max_malformed"`
	Columns      map[string]string `toml:"columns"` // our column name → the file's
	// Engine is what loads the corpus: "embedded", this program, if empty, or "spark",
	// the cluster of which Remote is the address: sc://host:port.
	Engine string `toml:"engine"`
	Remote string `toml:"remote"`
	// Tweets is the tweets' folder as the cluster sees it, such as s3a://bucket/tweets;
	// the corpus's own if empty.
	Tweets  string   `toml:"tweets"`
	Prompts []string `toml:"prompts"` // what the models continue; the study's five if empty
	Sides   struct {
		Right SideSettings `toml:"right"`
		Left  SideSettings `toml:"left"`
	} `toml:"sides"`
}

// SideSettings says which tweets make a side: those of any of the named
// parties, coalitions or accounts.
type SideSettings struct {
	Label      string   `toml:"label"`
	Partido    []string `toml:"partido"`
	Coalicion  []string `toml:"coalicion"`
	ScreenName []string `toml:"screen_name"`
}

// ReadSettings reads and checks the study.toml of a corpus folder. An unknown
// key is an error, so that a misspelt one is not silently without effect.
func ReadSettings(corpusDir string) (Settings, error) {
	path := filepath.Join(corpusDir, "study.toml")
	var s Settings
	meta, err := toml.DecodeFile(path, &s)
	if err != nil {
		return Settings{}, fmt.Errorf("leer %s: %w", path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		names := make([]string, len(unknown))
		for i, key := range unknown {
			names[i] = key.String()
		}
		return Settings{}, fmt.Errorf("%s: no se conoce la clave %s; corríjala o bórrela", path, strings.Join(names, ", "))
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
	if s.MinTokens == 0 {
		s.MinTokens = 5
	}
	if s.Engine == "" {
		s.Engine = EngineEmbedded
	}
	if len(s.Prompts) == 0 {
		s.Prompts = PublishedPrompts
	}
	if s.Sides.Right.Label == "" {
		s.Sides.Right.Label = "Derecha"
	}
	if s.Sides.Left.Label == "" {
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
	if s.MaxMalformed < 0 || s.MaxMalformed > 1 {
		return errors.New("max_malformed es una parte del total: dé un número de 0 a 1, por ejemplo 0.01")
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
	for name, side := range map[string]SideSettings{"right": s.Sides.Right, "left": s.Sides.Left} {
		if len(side.Partido)+len(side.Coalicion)+len(side.ScreenName) == 0 {
			return fmt.Errorf("[sides.%s] no elige a nadie: dé partido, coalicion o screen_name, por ejemplo partido = [\"ABC\"]", name)
		}
	}
	return nil
}
