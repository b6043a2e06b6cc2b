package comparing

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

func TestOwnWordsAreTheModels(t *testing.T) {
	for _, c := range []struct{ prompt, continuation, ended, want string }{
		{"Con los vecinos", " de la comuna.  Otro tweet", "end", " de la comuna.  Otro tweet"},
		{"El presidente", "s de la comuna", "end", "de la comuna"},
		{"El presidente", "s", "end", ""},
		{"El presidente ", "dice", "end", "dice"},
		{"Vamos", " con la fuer", "length", " con la "},
		{"Vamos", " fuer", "length", " "},
	} {
		text := modelling.GeneratedText{Prompt: c.prompt, Continuation: c.continuation, Ended: c.ended}
		if got := text.OwnWords(); got != c.want {
			t.Errorf("%q + %q (%s): %q, want %q", c.prompt, c.continuation, c.ended, got, c.want)
		}
	}
}

// The prompt's words do not count, texts of a prompt are drawn together, and a word that
// the model repeats stands first.
func TestGeneratedWordsAgainstTweets(t *testing.T) {
	set := &modelling.DataSet{}
	for range 60 {
		set.TrainTweets = append(set.TrainTweets, tweets.Tweet{TextClean: "mar ola puerto barco"})
		set.Test.Tweets = append(set.Test.Tweets, tweets.Tweet{TextClean: "ola puerto mar barco"})
	}
	var written []modelling.GeneratedText
	for _, prompt := range []string{"faro", "isla"} {
		for range 3 {
			written = append(written, modelling.GeneratedText{Prompt: prompt, Continuation: " ola ola ola mar", Ended: "end"})
		}
	}
	use, err := wordUse(written, set, 5)
	if err != nil {
		t.Fatal(err)
	}
	if use.Texts != 6 || use.Prompts != 2 || use.Words.Texts != [2]int{2, 60} || use.Words.Tokens != [2]int{24, 240} {
		t.Errorf("%+v", use)
	}
	if first := use.Words.Words[0]; first.Word != "ola" || first.Counts != [2]int{18, 60} || first.Within != nil || use.Users["ola"] != 6 {
		t.Errorf("the first word is %+v, in %d texts", first, use.Users["ola"])
	}
	many := slices.Clone(written)
	for i := range compare.FewestTexts {
		many = append(many, modelling.GeneratedText{Prompt: fmt.Sprint("faro ", i), Continuation: " ola ola mar", Ended: "end"})
	}
	if many, err := wordUse(many, set, 5); err != nil || many.Words.Words[0].Within == nil {
		t.Errorf("of twelve prompts: %+v, %v", many.Words.Words[0], err)
	}
	if over := use.ends(true); len(over) != 1 {
		t.Errorf("overused are %v", over)
	}
	if use.Real.Tokens[0] != 24 || beyondChance(use.Real) != 0 {
		t.Errorf("as many real words give %+v", use.Real)
	}
}

func TestExamplesComeFromTheirSide(t *testing.T) {
	rows := map[run.Side][]tweets.Tweet{
		run.Right: {{ScreenName: "a", TextClean: "El mar es azul"}, {ScreenName: "b", TextClean: "Al mar, siempre"}},
		run.Left:  {{ScreenName: "c", TextClean: "Otro mar"}},
	}
	words := compare.Keyness{Words: []compare.KeyWord{{Word: "mar"}}}
	got := examples(words, rows, 3)["mar"]
	if len(got[0]) != 2 || len(got[1]) != 1 || got[1][0].ScreenName != "c" || got[1][0].Before != "Otro" {
		t.Errorf("%+v", got)
	}
	if got[0][0].ScreenName == got[0][1].ScreenName {
		t.Error("both examples are of one account")
	}
}

// Large texts need fewer passes, and both sides get as many.
func TestPassesOverSides(t *testing.T) {
	w := run.SideWords{Iterations: 20}
	sentence := make([]string, 1000)
	for sentences, want := range map[int]int{1: 20, 200: 20, 400: 10, 4000: 3} {
		list := make([][]string, sentences)
		for i := range list {
			list[i] = sentence
		}
		if got := w.Passes([2][][]string{list[:sentences/2], list[sentences/2:]}); got != want {
			t.Errorf("%d thousand words: %d passes, want %d", sentences, got, want)
		}
	}
}

// A word that one of both never uses shows who does and the formula's interval, everywhere.
func TestOneSidedWordsShowTheFormulasInterval(t *testing.T) {
	row := compare.KeyWord{Word: "mar", Counts: [2]int{0, 30}, LogOdds: -2.4, Z: -4, Formula: &compare.Interval{Low: -3.6, High: -1.2}}
	only := [2]string{"derecha", "izquierda"}
	cells := wordCells(row, only, true)
	if want := "solo izquierda;\npor fórmula\n[-3,60; -1,20]"; len(cells) != 2 || strings.ReplaceAll(cells[0].(string), "−", "-") != want || cells[1] != "sin intervalo" {
		t.Errorf("cells %q, want %q", cells, want)
	}
	if lines := strings.Join(wordLines(row, only), "\n"); !strings.Contains(lines, "solo izquierda; por fórmula") {
		t.Errorf("tooltip %q", lines)
	}
	if f := (run.Figure{Unit: "log-odds"}).OfWord(row); f.Value != -2.4 || *f.Low != -3.6 || *f.High != -1.2 || !strings.Contains(f.Unit, "formula") {
		t.Errorf("%+v", f)
	}
	row.Counts[0] = 2
	if cells, lines := wordCells(row, only, false), wordLines(row, only); cells[0] != "sin intervalo" || len(lines) != 1 {
		t.Errorf("a word of both, of few texts, shows %q and %q", cells, lines)
	}
	row.Within, row.Accounts = &compare.Interval{Low: -3, High: -2}, &compare.Interval{Low: -4, High: 0.5}
	if cells := wordCells(row, only, true); strings.Contains(cells[0].(string), "solo") || !strings.Contains(cells[1].(string), "0,50") {
		t.Errorf("a word of both sides shows %q", cells)
	}
	if f := (run.Figure{Unit: "log-odds"}).OfWord(row); *f.Low != -3 || *f.HighAccounts != 0.5 || f.Unit != "log-odds" {
		t.Errorf("%+v", f)
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		low, high, value float64
		wanted           int
		want             string
	}{
		{-0.2, -0.1, 0, -1, yes}, {-0.2, 0.1, 0, -1, unknown}, {0.1, 0.2, 0, -1, no},
		{0.6, 0.7, 0.5, 1, yes}, {0.5, 0.7, 0.5, 1, unknown}, {0.1, 0.4, 0.5, 1, no},
	} {
		if got := answer(beyond(&compare.Interval{Low: c.low, High: c.high}, c.value), c.wanted); got != c.want {
			t.Errorf("[%v; %v] against %v gives %q, want %q", c.low, c.high, c.value, got, c.want)
		}
	}
	if got := answer(beyond(nil, 0), 1); got != unknown {
		t.Errorf("no interval gives %q", got)
	}
}

func TestSampleParties(t *testing.T) {
	var rows []tweets.Tweet
	for i := range 30 {
		rows = append(rows, tweets.Tweet{ID: fmt.Sprint(100 + i), Partido: []string{"A", "B", "A"}[i%3]})
	}
	sample := sampleParties(rows, 7, 1)
	count := map[string]int{}
	for i, t := range sample {
		count[t.Partido]++
		if i > 0 && t.ID <= sample[i-1].ID {
			count["out of order"]++
		}
	}
	if count["A"] != 7 || count["B"] != 7 || len(count) != 2 {
		t.Errorf("the sample has %v", count)
	}
	if all := sampleParties(rows, 20, 1); !reflect.DeepEqual(all, rows) {
		t.Errorf("of 30 tweets %d are drawn where all may be", len(all))
	}
}
