package study

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// The steps of a run, by what they are made from.
var (
	cards   = []string{"card-test-base", "card-test-derecha", "card-test-izquierda"}
	page    = []string{"playground"}
	written = []string{"copying-test", "generated-test-derecha", "generated-test-izquierda", "generated-words-test", "lean-generated-test", "sounds-test", "variety-test"}
	tuned   = slices.Concat(written, cards[1:], page, []string{"calibration-test", "compare-test", "lean-test", "lean-typed-test", "model-test-derecha", "model-test-izquierda",
		"parties-test", "prediction-test", "preference-test", "rounding-test", "scores-test"})
	trained = slices.Concat(tuned, []string{"card-test-base", "model-test-base"})
	reread  = slices.Concat(trained, []string{"data-derecha", "data-izquierda", "data-resto"})
	parted  = slices.Concat(trained, []string{"classifier", "lot", "data-derecha", "data-izquierda", "data-resto"})
	chosen  = slices.Concat(trained, []string{"classifier", "lot", "data-resto", "keyness", "mentions", "side-vectors", "tags"}) // by whom the sides are of
	right   = slices.Concat(chosen, []string{"side-derecha", "data-derecha"})
	left    = slices.Concat(chosen, []string{"side-izquierda", "data-izquierda"})
	byNgram = []string{"vectors-1", "vectors-2", "vectors-3", "means-1", "means-2", "means-3", "separation"}
	seeded  = slices.Concat(parted, byNgram, []string{"keyness", "side-vectors"})
	allDone = slices.Concat(seeded, []string{"load", "mentions", "ngram-lengths", "ngrams", "side-derecha", "side-izquierda", "tags"})
)

// settingRows say which steps each key of study.toml redoes.
var settingRows = map[string]struct {
	value any
	want  []string
}{
	"title":                   {"Otro", slices.Concat(cards, page)},
	"language":                {"es", nil},
	"synthetic":               {false, slices.Concat(cards, written, page)}, // other prompts, too
	"days":                    {30, allDone},
	"min_tokens":              {6, allDone},
	"max_malformed":           {0.5, nil},
	"stop_with_notebook":      {true, nil},
	"engine":                  {run.EngineSpark, allDone},
	"remote":                  {"sc://cluster:1", allDone}, // with engine = "spark": see below
	"tweets":                  {"s3a://bucket/tweets", allDone},
	"format":                  {"json", allDone},
	"timezone":                {"America/Santiago", allDone},
	"columns":                 {map[string]any{"text": "texto"}, allDone},
	"from":                    {"2000-01-01", allDone},
	"to":                      {"2100-01-01", allDone},
	"languages":               {[]string{"es"}, allDone},
	"near_copies":             {true, allDone},
	"cleaning.entities":       {true, allDone},
	"cleaning.urls":           {"URL", allDone},
	"cleaning.mentions":       {"@alguien", allDone},
	"prompts":                 {[]string{"Vamos "}, slices.Concat(written, page)},
	"split":                   {run.SplitTime, parted},
	"resample":                {run.OverAccounts, page},
	"drop_authorless":         {false, allDone},
	"two_blanks":              {true, reread},
	"published":               {false, slices.Concat(written, page)},
	"sides.right.own":         {[]string{"#Faro"}, []string{"classifier", "lot", "sounds-test"}},
	"sides.left.own":          {[]string{"#Bosque"}, []string{"classifier", "lot", "sounds-test"}},
	"sides.right.label":       {"Faros", slices.Concat(cards[1:2], page)},
	"sides.right.partido":     {[]string{"Partido del Faro"}, right},
	"sides.right.coalicion":   {[]string{"Pacto de nadie"}, right},
	"sides.right.screen_name": {[]string{"nadie"}, right},
	"sides.left.label":        {"Bosques", slices.Concat(cards[2:], page)},
	"sides.left.partido":      {[]string{"Partido del Colibrí"}, left},
	"sides.left.coalicion":    {[]string{"Pacto de nadie"}, left},
	"sides.left.screen_name":  {[]string{"nadie"}, left},
}

// recipeRows say the same of each field of a recipe. Its name and the name of a
// published base are left out: they make other steps.
var recipeRows = map[string]struct {
	change func(*run.Recipe)
	want   []string
}{
	"Title":           {func(r *run.Recipe) { r.Title = "Otra" }, slices.Concat(cards, page)},
	"DemoTweets":      {func(r *run.Recipe) { r.DemoTweets++ }, nil},
	"TestShare":       {func(r *run.Recipe) { r.TestShare = 0.2 }, parted},
	"ValidationShare": {func(r *run.Recipe) { r.ValidationShare = 0.2 }, reread},
	"TwoBlanks":       {func(r *run.Recipe) { r.TwoBlanks = true }, reread},
	"Generation2020":  {func(r *run.Recipe) { r.Generation2020.TopK++ }, nil},
	"Seed":            {func(r *run.Recipe) { r.Seed++ }, seeded},
	"TF32":            {func(r *run.Recipe) { r.TF32 = true }, trained},
	"FlashAttention":  {func(r *run.Recipe) { r.FlashAttention = true }, trained},
	"VocabSize":       {func(r *run.Recipe) { r.VocabSize++ }, trained},
	"MinFrequency":    {func(r *run.Recipe) { r.MinFrequency++ }, trained},
	"Model":           {func(r *run.Recipe) { r.Model.NLayer++ }, trained},
	"Base":            {func(r *run.Recipe) { r.Base.Epochs++ }, trained},
	"Tune":            {func(r *run.Recipe) { r.Tune.Epochs++ }, tuned},
	"Generation":      {func(r *run.Recipe) { r.Generation.TopK++ }, slices.Concat(written, page)},
	"Perplexity":      {func(r *run.Recipe) { r.Perplexity.Stride-- }, []string{"compare-test"}},
	"SideWords":       {func(r *run.Recipe) { r.SideWords.Shuffles++ }, []string{"side-vectors"}},
	"Sides":           {func(r *run.Recipe) { r.Sides = run.Sides }, nil},
	"Fetch":           {func(r *run.Recipe) { r.Fetch = true }, nil},
	"StandInSteps":    {func(r *run.Recipe) { r.StandInSteps++ }, nil},
}

// checkRedone changes each setting of a run that is done, in turn, and asks which steps
// would be done anew.
func checkRedone(t *testing.T, s *Study) {
	t.Helper()
	open := func(corpus string) *Study {
		t.Helper()
		opened, err := NewWith(t.Context(), work.New(), Options{Corpus: corpus, Name: s.Name, Recipe: s.Recipe.Name})
		if err != nil {
			t.Fatal(err)
		}
		return opened
	}
	check := func(what string, changed *Study, want []string) {
		t.Helper()
		want = slices.Sorted(slices.Values(want))
		if got := redone(t, changed); !slices.Equal(got, want) {
			t.Errorf("%s redoes\n%v, want\n%v", what, got, want)
		}
	}
	allSteps(t, open("")) // with the labels of the corpus
	check("nothing", open(""), nil)

	file := filepath.Join(s.Corpus, "study.toml")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text []byte) {
		t.Helper()
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set := func(key string) {
		t.Helper()
		var settings map[string]any
		if err := toml.Unmarshal(before, &settings); err != nil {
			t.Fatal(err)
		}
		if key == "remote" || key == "tweets" {
			settings["engine"] = run.EngineSpark
		}
		path := strings.Split(key, ".")
		table := settings
		for _, name := range path[:len(path)-1] {
			if table[name] == nil {
				table[name] = map[string]any{}
			}
			table = table[name].(map[string]any)
		}
		table[path[len(path)-1]] = settingRows[key].value
		text, err := toml.Marshal(settings)
		if err != nil {
			t.Fatal(err)
		}
		write(text)
	}
	for _, key := range keys(reflect.TypeFor[run.Settings](), "") {
		row, known := settingRows[key]
		if !known {
			t.Errorf("nobody said which steps %s redoes", key)
			continue
		}
		set(key)
		check(key, open(""), row.want)
	}

	// What is said is what is done.
	steps := func() map[string]string {
		t.Helper()
		found, err := filepath.Glob(s.Path("steps", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		for _, path := range found {
			text, err := run.ReadText(path)
			if err != nil {
				t.Fatal(err)
			}
			if name := strings.TrimSuffix(filepath.Base(path), ".json"); !strings.HasSuffix(name, ".hashes") {
				texts[name] = text
			}
		}
		return texts
	}
	for _, key := range []string{"sides.right.label", "resample"} {
		write(before)
		allSteps(t, open(""))
		was := steps()
		set(key)
		allSteps(t, open(""))
		is := steps()
		maps.DeleteFunc(is, func(name, text string) bool { return was[name] == text })
		if got := slices.Sorted(maps.Keys(is)); !slices.Equal(got, settingRows[key].want) {
			t.Errorf("%s did redo %v, want %v", key, got, settingRows[key].want)
		}
	}
	write(before)
	allSteps(t, open(""))

	for _, field := range reflect.VisibleFields(reflect.TypeFor[run.Recipe]()) {
		row, known := recipeRows[field.Name]
		switch {
		case field.Name == "Name" || field.Name == "BaseModel":
		case !known:
			t.Errorf("nobody said which steps %s of a recipe redoes", field.Name)
		default:
			changed := open("")
			row.change(&changed.Recipe)
			changed.Generation = changed.Recipe.Generation // it is the recipe's own
			check(field.Name, changed, row.want)
		}
	}

	copied := filepath.Join(t.TempDir(), "copia")
	if err := os.CopyFS(copied, os.DirFS(s.Corpus)); err != nil {
		t.Fatal(err)
	}
	check("a copy of the corpus", open(copied), nil)
	if err := os.Chtimes(file, time.Time{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	check("study.toml saved again", open(""), nil)
	accounts, err := os.OpenFile(filepath.Join(copied, "accounts.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := accounts.WriteString("1;x;Nadie;nadie_;Y;Z;;;;\n"); err != nil {
		t.Fatal(err)
	}
	if err := accounts.Close(); err != nil {
		t.Fatal(err)
	}
	check("another account", open(copied), allDone)
}

// keys are those of study.toml.
func keys(table reflect.Type, prefix string) (list []string) {
	for _, field := range reflect.VisibleFields(table) {
		name := prefix + field.Tag.Get("toml")
		if field.Type.Kind() == reflect.Struct {
			list = append(list, keys(field.Type, name+".")...)
		} else {
			list = append(list, name)
		}
	}
	return list
}

// redone are the steps that would be done; none is.
func redone(t *testing.T, s *Study) []string {
	t.Helper()
	var list []string
	s.Redo = &list
	allSteps(t, s)
	// Quick copies follow what they are of.
	list = slices.DeleteFunc(list, func(name string) bool { return strings.HasPrefix(name, "quick-") })
	slices.Sort(list)
	return slices.Compact(list)
}

// allSteps asks for the results of all steps.
func allSteps(t *testing.T, s *Study) {
	t.Helper()
	ctx := context.Background()
	for _, result := range []func() error{
		func() error { return failure(s.Load(ctx)) },
		func() error { return failure(s.Vectors(ctx, 1)) },
		func() error { return failure(s.Vectors(ctx, 2)) },
		func() error { return failure(s.Vectors(ctx, 3)) },
		func() error { return failure(s.Separation(ctx)) },
		func() error { return failure(s.Ngrams(ctx)) },
		func() error { return failure(s.Tags(ctx)) },
		func() error { return failure(s.Mentions(ctx)) },
		func() error { return failure(s.Compare(ctx)) },
		func() error { return failure(s.Generate(ctx)) },
		func() error { return failure(s.Prediction(ctx)) },
		func() error { return failure(s.Preference(ctx)) },
		func() error { return failure(s.Parties(ctx)) },
		func() error {
			l, err := s.Lean(ctx)
			if err != nil {
				return err
			}
			return errors.Join(failure(l.Generated(ctx, 2)), failure(l.Text(ctx, typed)))
		},
		func() error { return failure(s.Classifier(ctx)) },
		func() error { return failure(s.Sounds(ctx)) },
		func() error { return failure(s.Keyness(ctx)) },
		func() error { return failure(s.GeneratedWords(ctx)) },
		func() error { return failure(s.SideVectors(ctx)) },
		func() error { return failure(s.Copying(ctx)) },
		func() error { return failure(s.Variety(ctx)) },
		func() error { return failure(s.Playground(ctx, comparing.PlaygroundOptions{})) },
	} {
		// The tiny corpus has too few accounts for intervals over them, where they are asked for.
		if err := result(); err != nil && (s.Settings.Resample != run.OverAccounts || !strings.Contains(err.Error(), "resample =")) {
			t.Fatal(err)
		}
	}
}

func failure[T any](_ T, err error) error { return err }
