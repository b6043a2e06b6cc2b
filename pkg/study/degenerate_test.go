package study

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// openCorpus opens a study of two parties, A and B, with a tweet for each text, by turns.
func openCorpus(t *testing.T, settings string, texts []string) *Study {
	t.Helper()
	t.Setenv(run.EnvRuns, t.TempDir())
	var lines strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&lines, `{"created_at":"2020/01/%02d 03:04:05","id_str":"%d","screen_name":%q,"text":%q}`+"\n", 1+i%28, i+1, []string{"uno", "dos"}[i%2], text)
	}
	s, err := NewWith(t.Context(), work.New(), Options{Corpus: studytest.WriteCorpus(t, settings, lines.String()), Name: "corpus", Recipe: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shownText is what a reader is told in the cells of the first two notebooks.
func shownText(t *testing.T, s *Study) string {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := s.Load(ctx)
	must(err)
	accounts, err := s.Accounts(3)
	must(err)
	elements := []chart.Element{
		accounts, loaded.Format(), loaded.StepsTable(), loaded.MalformedTable(), loaded.Funnel(), loaded.DropsTable(), loaded.DroppedExamples(2),
		loaded.Schema(), loaded.First(3), loaded.Sample(3), loaded.PerDay(), loaded.OverTime(), loaded.ByAccount(), loaded.LengthsTable(), loaded.Lengths(),
		loaded.ByParty(), loaded.ByCoalition(),
	}
	vectors, err := s.Vectors(ctx, 1)
	must(err)
	panel, err := s.VectorPanel(ctx)
	must(err)
	separation, err := s.Separation(ctx)
	must(err)
	grams, err := s.Ngrams(ctx)
	must(err)
	chosen, err := s.Sides(ctx)
	must(err)
	tags, err := s.Tags(ctx)
	must(err)
	mentions, err := s.Mentions(ctx)
	must(err)
	elements = append(elements, vectors.Frequent(15), panel, vectors.PartyScatter(), grams.Table(), chosen.Table(), tags.HashtagsOverTime(), tags.MentionsOverTime())
	elements = append(append(elements, separation.Report()...), mentions.Report()...)
	var text strings.Builder
	for _, element := range elements {
		bundle, err := element.MIME()
		must(err)
		text.WriteString(bundle.Text + "\n")
	}
	for _, wrong := range []string{"NaN", "Inf", "0001-01-01"} {
		if strings.Contains(text.String(), wrong) {
			t.Errorf("a reader is shown %s:\n%s", wrong, text.String())
		}
	}
	if wrong := ones.FindString(text.String()); wrong != "" {
		t.Errorf("a reader is shown %q:\n%s", wrong, text.String())
	}
	return text.String()
}

// ones finds one of something that is named as several are.
var ones = regexp.MustCompile(`(?m)(^|[ (])1 \p{L}*[aeo]s\b`)

// repeated are 40 tweets of some texts in turn.
func repeated(texts ...string) (all []string) {
	for i := range 40 {
		all = append(all, texts[i%len(texts)])
	}
	return all
}

// TestDegenerateCorpora: tweets that do not differ give the first two notebooks without
// a separation, and a note that says so.
func TestDegenerateCorpora(t *testing.T) {
	for name, texts := range map[string][]string{
		"identical tweets": repeated("vamos todos juntos a ganar esta vez"),
		"emoji":            repeated("😀 😀 😀 😀 😀 😀 😀"),
		"a text a party":   repeated("vamos todos juntos a ganar esta vez", "nunca más los mismos de siempre aquí"),
	} {
		t.Run(name, func(t *testing.T) {
			s := openCorpus(t, "", texts)
			if text, want := shownText(t, s), "Sin cifras para palabras sueltas (1-gramas), pares de palabras (2-gramas), secuencias de 3 palabras (3-gramas)"; !strings.Contains(text, want) {
				t.Errorf("a reader is not told %q:\n%s", want, text)
			}
		})
	}
}

// TestOneOfEach: of what there is only one the first two notebooks speak so.
func TestOneOfEach(t *testing.T) {
	texts := make([]string, 12)
	for i := range texts {
		texts[i] = "vamos todos juntos a ganar esta vez"
	}
	texts[0] = "hoy #ya @dos vamos juntos a ganar esta vez"
	s := openCorpus(t, "days = 1\nmin_tokens = 1\n", texts[:1])
	loaded, err := s.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := s.Accounts(1)
	if err != nil {
		t.Fatal(err)
	}
	shown := studytest.Texts(t, accounts, loaded.Format(), loaded.StepsTable(), loaded.Schema(), loaded.ByParty())
	for _, want := range []string{"Dejar el último día", "Dejar los de más de 1 palabra", "1 fila.", "1 tweet."} {
		if !strings.Contains(shown, want) {
			t.Errorf("a reader is not told %q", want)
		}
	}
	if wrong := ones.FindString(shown); wrong != "" {
		t.Errorf("a reader is shown %q:\n%s", wrong, shown)
	}
	shownText(t, openCorpus(t, "", texts))
}

// TestNoFrequentSequences: a corpus whose words recur, but no sequence of three of them, goes
// through the first two notebooks without those; what is shown of the others says so.
func TestNoFrequentSequences(t *testing.T) {
	words := strings.Fields("ballena cóndor puma alerce huemul lenga")
	var texts []string
	for i := range 12 { // Between two words stands one that no other tweet has.
		texts = append(texts, strings.Join(words, fmt.Sprintf(" x%d ", i)))
	}
	s := openCorpus(t, "", texts)
	text := shownText(t, s)
	if want := "Sin pares de palabras (2-gramas) ni secuencias de 3 palabras (3-gramas): en este corpus no hay n-gramas de ese largo que aparezcan 3 veces o más."; strings.Count(text, want) != 2 {
		t.Errorf("a reader is not told %q of the panel and of the separation:\n%s", want, text)
	}
	if strings.Contains(text, "2-gramas, ") || strings.Contains(text, "corregida por elegir") {
		t.Errorf("of single words alone there is nothing to choose from:\n%s", text)
	}
}

// TestNoFrequentWords: the error names what a researcher can change.
func TestNoFrequentWords(t *testing.T) {
	s := openCorpus(t, "", []string{"ballena cóndor puma alerce huemul lenga", "norte sur este oeste centro costa"})
	_, err := s.Vectors(context.Background(), 1)
	for _, want := range []string{"más tweets", "study.toml", "min_tokens"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not tell of %q: %v", want, err)
		}
	}
}

// TestWithoutDatesAndCoalitions: a corpus of tweets without dates, of accounts without
// coalitions, goes through the first two notebooks; what would show them says so.
func TestWithoutDatesAndCoalitions(t *testing.T) {
	s := openCorpus(t, "", repeated("vamos todos juntos a ganar esta vez #ya @dos", "nunca más los mismos de siempre aquí #no", "vamos a trabajar hoy aquí con todos ustedes"))
	path := filepath.Join(s.Corpus, "tweets", "a.jsonl")
	lines, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		path:                                    strings.ReplaceAll(string(lines), "created_at", "otra"),
		filepath.Join(s.Corpus, "accounts.csv"): "screen_name;Partido\nuno;A\ndos;B\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := shownText(t, s)
	for _, want := range []string{
		"Tweets por día: el corpus no tiene fechas", "Tweets por mes: el corpus no tiene fechas",
		"Los hashtags que más usa cada lado: el corpus no tiene fechas", "Las cuentas que más menciona cada lado: el corpus no tiene fechas",
		"El corpus no tiene coaliciones", "Partidos según sus n-gramas", "coaliciones: 0",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("a reader is not told %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "sin coalición") {
		t.Errorf("coalitions are shown where there are none:\n%s", text)
	}
	for _, settings := range []string{"days = 30", `from = "2019-01-31"`, `to = "2019-01-31"`, `split = "time"`} {
		if s.Settings, err = run.ReadSettings(studytest.WriteSettings(t, settings+"\n[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load(context.Background()); err == nil || !strings.Contains(err.Error(), "ningún tweet tiene fecha") || !strings.Contains(err.Error(), settings[:strings.IndexByte(settings, ' ')]) {
			t.Errorf("%s: %v", settings, err)
		}
	}
}

// TestNothingLeft: a load that leaves no tweet is an error, which tells where the last
// were lost and which setting keeps them.
func TestNothingLeft(t *testing.T) {
	line := func(name, text, retweeted string) string {
		return fmt.Sprintf(`{"created_at":"2020/01/02 03:04:05","id_str":"1","screen_name":%q,"text":%q,"retweeted_text":%q}`+"\n", name, text, retweeted)
	}
	good := line("uno", "vamos todos juntos a ganar esta vez", "")
	for name, c := range map[string]struct {
		settings, lines string
		want            []string
	}{
		"short":     {"min_tokens = 9\n", good, []string{"de 1 fila leída", "más de 9 palabras", "son más cortos", "Baje min_tokens"}},
		"old":       {"from = \"2021-01-01\"\n", good, []string{"Dejar desde el 2021-01-01", "Corrija days, from o to"}},
		"retweets":  {"", line("uno", "RT", "x"), []string{"Quitar retweets y citas", "todos son retweets o citas", "retweeted_text"}},
		"links":     {"", line("uno", "https://t.co/x", ""), []string{"vacíos", "solo tienen enlaces", "text, en [columns]"}},
		"strangers": {"", line("otra", "x", ""), []string{"Unir con las cuentas", "accounts.csv"}},
		"foreign":   {"languages = [\"es\"]\n[columns]\nlang = \"screen_name\"\nscreen_name = \"text\"\ntext = \"created_at\"\ncreated_at = \"retweeted_text\"\n", line("uno", "uno", "2020/01/02 03:04:05"), []string{"Dejar los de idioma es", "Corrija languages"}},
		"empty":     {"", "", []string{"no traen ningún tweet", "vacíos: 1 de 1"}},
		"malformed": {"max_malformed = 1\n[columns]\nid_str = \"clave\"\n", good, []string{"no traen ningún tweet", "filas ilegibles: 1", "a.jsonl:1", "[columns]"}},
	} {
		t.Setenv(run.EnvRuns, t.TempDir())
		s, err := NewWith(t.Context(), work.New(), Options{Corpus: studytest.WriteCorpus(t, c.settings, c.lines), Name: "lost"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Load(context.Background())
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error does not tell of %q: %v", name, want, err)
			}
		}
	}
}
