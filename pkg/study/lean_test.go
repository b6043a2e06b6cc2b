package study

import (
	"context"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// typed is a text that a reader writes.
const typed = "Con los <b>vecinos</b> \n de la comuna, siempre 😀"

// checkLean: the words of every test tweet are the tweet's, and lean by as much together as
// the models prefer it.
func checkLean(t *testing.T, l *Lean, p *Preference) {
	t.Helper()
	for _, side := range Sides {
		if len(l.words[side]) != len(p.Tweets[side]) {
			t.Fatalf("%s: words of %d tweets, want %d", side.Folder(), len(l.words[side]), len(p.Tweets[side]))
		}
		for i, tweet := range p.Tweets[side] {
			words, total := l.words[side][i], 0.0
			for j := range words.Words {
				total += words.lean(j)
			}
			if strings.Join(words.Words, " ") != strings.Join(strings.Fields(tweet.Text), " ") {
				t.Errorf("%q has the words %q", tweet.Text, words.Words)
			}
			if want := tweet.right() / math.Ln2; math.Abs(total-want) > 1e-4*(1+math.Abs(want)) {
				t.Errorf("%q leans by %v bits, its words by %v", tweet.Text, want, total)
			}
		}
	}
	if len(p.scores.HeldOut[Right]) == 0 || l.calibration.HeldOut != [2]int{len(p.scores.HeldOut[Right]), len(p.scores.HeldOut[Left])} {
		t.Errorf("the temperature is of %v tweets", l.calibration.HeldOut)
	}
	if l.calibration.After.LogLoss.Value > 1.05 {
		t.Errorf("mended, the log loss is %v bits: it is 1 where nothing is known", l.calibration.After.LogLoss.Value)
	}
}

// leansOf are all that is shown of leans; a reader's text is escaped, and nothing of it lost.
func leansOf(t *testing.T, l *Lean) []chart.Element {
	t.Helper()
	ctx := context.Background()
	generated, err := l.Generated(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := generated.MIME(); err != nil || strings.Count(b.Text, "GENERADO") != 4 {
		t.Errorf("generated texts are shown as (%v)\n%s", err, b.Text)
	}
	own, err := l.Text(ctx, typed)
	if err != nil {
		t.Fatal(err)
	}
	b, err := own.MIME()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.HTML, "<b>vecinos") || !strings.Contains(b.HTML, "&lt;b&gt;vecinos&lt;/b&gt;") {
		t.Errorf("a text is not escaped:\n%s", b.HTML)
	}
	if plain := regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllString(b.Text, ""); !strings.Contains(plain, "Con los <b>vecinos</b> de la comuna, siempre 😀\n") {
		t.Errorf("the text is shown as\n%s", b.Text)
	}
	if empty, err := l.Text(ctx, " \n"); err != nil || note(t, empty).Kind != chart.Info {
		t.Errorf("no text gives %v (%v)", empty, err)
	}
	c := l.calibration
	return []chart.Element{
		c.Curve(), c.Table(), c.Points(), c.Reading(),
		l.Typical(2), generated, own, l.Table(), l.Use(), l.Spans(2), l.Reading(),
	}
}

func TestFirstTweetOfAGeneratedText(t *testing.T) {
	for _, c := range []struct {
		text  GeneratedText
		want  string
		given int
	}{
		{GeneratedText{Prompt: "Vamos con", Continuation: " todo  ya"}, "Vamos con todo ya", 2},
		{GeneratedText{Prompt: "El presidente", Continuation: "s dicen"}, "El presidentes dicen", 1},
		{GeneratedText{Prompt: "El ", Continuation: "mar"}, "El mar", 1},
		{GeneratedText{Prompt: "Vamos con", Continuation: ""}, "Vamos con", 2},
		{GeneratedText{Prompt: "Vamos con", Continuation: " todo  Otro tweet", TwoBlanks: true}, "Vamos con todo", 2},
		{GeneratedText{Prompt: "Vamos ", Continuation: " con todo  Otro tweet", TwoBlanks: true}, "Vamos con todo", 1},
	} {
		if got, given := c.text.firstTweet(); got != c.want || given != c.given {
			t.Errorf("%q + %q: %q, %d words given; want %q, %d", c.text.Prompt, c.text.Continuation, got, given, c.want, c.given)
		}
	}
}

func TestJudgedBytesAreThoseAfterThePrompt(t *testing.T) {
	text := leanText{Text: "Vamos con todo", Given: 1, Scored: ScoredWords{Words: []string{"Vamos", "con", "todo"}}}
	if got := text.judgedBytes(); got != len(" con todo") {
		t.Errorf("%d bytes after the prompt", got)
	}
	if text.Given = 0; text.judgedBytes() != len(text.Text) {
		t.Errorf("%d bytes of %d", text.judgedBytes(), len(text.Text))
	}
}
