package loading

import (
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

func TestReadSettings(t *testing.T) {
	dir := studytest.WriteSettings(t, `
title = "Candidatos"
days = 30
[sides.right]
label = "Derecha"
screen_name = ["uno", "dos"]
[sides.left]
partido = ["PX"]
coalicion = ["Y"]
`)
	s, err := run.ReadSettings(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "Candidatos" || s.Days != 30 || s.MinTokens != 5 || s.Language != "es" || s.Split != run.SplitRandom || s.Resample != "" || s.Synthetic {
		t.Errorf("settings are %+v", s)
	}
	if len(s.Prompts) != 5 {
		t.Errorf("there are %d prompts, want the study's five", len(s.Prompts))
	}
	if got := s.Sides.Left; got.Label != "Izquierda" || got.Partido[0] != "PX" || got.Coalicion[0] != "Y" {
		t.Errorf("left is %+v", got)
	}
	if got := s.Sides.Right.String(); got != "Derecha (cuentas: uno, dos)" {
		t.Errorf("right reads %q", got)
	}
}

// TestSettingsOfTheLoad: what the study did without is off, and reaches the load
// when it is asked for.
func TestSettingsOfTheLoad(t *testing.T) {
	const sides = "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	read := func(text string) run.Settings {
		t.Helper()
		s, err := run.ReadSettings(studytest.WriteSettings(t, text+sides))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	o := loadOptions(&run.Run{Settings: read("")})
	if o.MinTokens != 5 || o.MaxMalformed != 0 || !o.From.IsZero() || !o.To.IsZero() || o.Languages != nil || o.NearCopies || o.DropAuthorless || o.Cleaning != (tweets.Cleaning{}) || o.Format != "" {
		t.Errorf("without being asked for: %+v", o)
	}
	// A zero that is written is meant: to the load it is a negative number.
	if o = loadOptions(&run.Run{Settings: read("min_tokens = 0\nmax_malformed = 0\n")}); o.MinTokens >= 0 || o.MaxMalformed >= 0 {
		t.Errorf("zeros in the file: %+v", o)
	}
	s := read(`
from = "2019-01-31"
to = "2019-02-01"
timezone = "America/Santiago"
languages = ["es"]
near_copies = true
drop_authorless = true
format = "snscrape"
[cleaning]
entities = true
urls = "URL"
mentions = "@alguien"
`)
	o = loadOptions(&run.Run{Settings: s})
	if got := o.From.UTC().Format(time.DateTime) + ", " + o.To.UTC().Format(time.DateTime); got != "2019-01-31 03:00:00, 2019-02-02 03:00:00" {
		t.Errorf("the window is %s", got)
	}
	if o.Cleaning != (tweets.Cleaning{Entities: true, URLs: "URL", Mentions: "@alguien"}) || !o.NearCopies || !o.DropAuthorless || len(o.Languages) != 1 || o.Format != "snscrape" {
		t.Errorf("options are %+v", o)
	}
	if got := s.DateText() + "; " + s.CleaningText(); got != "desde el 2019-01-31, hasta el 2019-02-01; entidades HTML descifradas, «URL» en lugar de los enlaces, «@alguien» en lugar de las menciones" {
		t.Errorf("a reader is told %q", got)
	}
}

func TestReadSettingsRefuses(t *testing.T) {
	sides := "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	for name, c := range map[string]struct{ text, want string }{
		"a misspelt key":      {"titel = \"x\"\n" + sides, "titel"},
		"a side of nobody":    {"[sides.right]\npartido=[\"A\"]\n", "[sides.left]"},
		"a negative window":   {"days = -1\n" + sides, "days"},
		"what is no TOML":     {"# x\ntitle = “x”\n", "study.toml:2: no se entiende como TOML; en esa línea revise comillas"},
		"a key twice":         {"title = \"x\"\ntitle = \"y\"\n", "study.toml:2: no se entiende como TOML"},
		"a number in quotes":  {"# x\ndays = \"3\"\n" + sides, "study.toml:2: el valor no es de la clase que pide la clave; los textos van entre comillas"},
		"a text for a list":   {"[sides.right]\npartido=\"A\"\n", "study.toml:2: el valor no es de la clase"},
		"an unknown split":    {"split = \"party\"\n" + sides, "author"},
		"an unknown drawing":  {"resample = \"partidos\"\n" + sides, "accounts"},
		"an unknown format":   {"format = \"twitter\"\n" + sides, "twitter-v2"},
		"an unknown zone":     {"timezone = \"Marte\"\n" + sides, "America/Santiago"},
		"the machine's zone":  {"timezone = \"Local\"\n" + sides, "America/Santiago"},
		"a misspelt date":     {"from = \"31/1/2019\"\n" + sides, "2019-01-31"},
		"an empty window":     {"from = \"2019-02-01\"\nto = \"2019-01-31\"\n" + sides, "posterior"},
		"two words for one":   {sides + "[cleaning]\nurls = \"un enlace\"\n", "una sola palabra"},
		"labels that are one": {"[sides.right]\npartido=[\"A\"]\nlabel=\"Frente  Amplio\"\n[sides.left]\npartido=[\"B\"]\nlabel=\"frente amplio \"\n", "a cada uno su nombre"},
		"a foreign language":  {"language = \"fr\"\n" + sides, "fr"},
		"a share of nan":      {"max_malformed = nan\n" + sides, "max_malformed"},
		"a share of inf":      {"max_malformed = inf\n" + sides, "max_malformed"},
		"an unknown column":   {sides + "[columns]\nfecha = \"created_at\"\n", "created_at, hashtags, id_str, lang, mentions, quoted_text, retweeted_text, screen_name, text"},
		"a name of nothing":   {sides + "own = [\"…\"]\n", "own"},
	} {
		_, err := run.ReadSettings(studytest.WriteSettings(t, c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "study.toml") {
			t.Errorf("%s: the error is %v, want it to name study.toml and %q", name, err, c.want)
		}
	}
}

// Of several faults of a kind the same is always named first.
func TestFirstFaultOfSettings(t *testing.T) {
	sides := "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	for text, want := range map[string]string{
		"title = \"x\"\n[sides.right]\n[sides.left]\n":             "[sides.right]",
		"[columns]\nzeta = \"z\"\nalfa = \"a\"\n" + sides:          "[columns] alfa",
		"[cleaning]\nmentions = \"a b\"\nurls = \"c d\"\n" + sides: "[cleaning] urls",
	} {
		dir := studytest.WriteSettings(t, text)
		for range 20 { // a map's order is another each time
			if _, err := run.ReadSettings(dir); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error = %v, want one about %s", text, err, want)
				break
			}
		}
	}
}

// TestSettingsAreBounded: what the decoder would take gigabytes for is refused before,
// and what only looks deep is not.
func TestSettingsAreBounded(t *testing.T) {
	sides := "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for text, want := range map[string]string{
		"title = \"a\"\n" + strings.Repeat("a.", 20_000) + "a = 1\n":                             "study.toml:2: más de 32 niveles",
		"[" + strings.Repeat("a . ", 20_000) + "a]\n":                                            "study.toml:1: más de 32 niveles",
		strings.Repeat("\"a\".", 20_000) + "a = 1\n":                                             "study.toml:1: más de 32 niveles",
		"title = [\"\"\"\n\"\"\"\", " + deep + "]":                                               "study.toml:2: más de 32 niveles",
		"title = '''\n''''\nprompts = " + deep:                                                   "study.toml:3: más de 32 niveles",
		"prompts = " + strings.Repeat("{a=", 20_000) + "1" + strings.Repeat("}", 20_000):         "study.toml:1: más de 32 niveles",
		"# " + strings.Repeat("a", 1<<20):                                                        "1 MiB",
		"title = \"" + deep + "\" # " + deep + "\nprompts = ['''" + deep + "''']\n" + sides:      "",
		"title = \"\"\"\n" + strings.Repeat("a.", 99) + "\\\"\"\"\"\ndays = 1 # \"...\n" + sides: "",
	} {
		_, err := run.ReadSettings(studytest.WriteSettings(t, text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.60q: error %.200v, want %q", text, err, want)
		}
	}
}
