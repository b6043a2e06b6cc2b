package study

import (
	"context"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
)

// typed is a text that a reader writes.
const typed = "Con los <b>vecinos</b> \n de la comuna, siempre 😀"

// checkLean: the words of every test tweet are the tweet's, and lean by as much together as
// the models prefer it.
func checkLean(t *testing.T, l *comparing.Lean, p *comparing.Preference) {
	t.Helper()
	for _, side := range run.Sides {
		if len(l.InTweets[side]) != len(p.Tweets[side]) {
			t.Fatalf("%s: words of %d tweets, want %d", side.Folder(), len(l.InTweets[side]), len(p.Tweets[side]))
		}
		for i, tweet := range p.Tweets[side] {
			words, total := l.InTweets[side][i], 0.0
			for j := range words.Words {
				total += words.Lean(j)
			}
			if strings.Join(words.Words, " ") != strings.Join(strings.Fields(tweet.Text), " ") {
				t.Errorf("%q has the words %q", tweet.Text, words.Words)
			}
			if want := tweet.Right() / math.Ln2; math.Abs(total-want) > 1e-4*(1+math.Abs(want)) {
				t.Errorf("%q leans by %v bits, its words by %v", tweet.Text, want, total)
			}
		}
	}
	if len(p.Scores.HeldOut[run.Right]) == 0 || l.Calibration.HeldOut != [2]int{len(p.Scores.HeldOut[run.Right]), len(p.Scores.HeldOut[run.Left])} {
		t.Errorf("the temperature is of %v tweets", l.Calibration.HeldOut)
	}
	if l.Calibration.After.LogLoss.Value > 1.05 {
		t.Errorf("mended, the log loss is %v bits: it is 1 where nothing is known", l.Calibration.After.LogLoss.Value)
	}
}

// leansOf are all that is shown of leans; a reader's text is escaped, and nothing of it lost.
func leansOf(t *testing.T, l *comparing.Lean) []chart.Element {
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
	if empty, err := l.Text(ctx, " \n"); err != nil || !strings.HasPrefix(studytest.Texts(t, empty), "ℹ") {
		t.Errorf("no text gives %v (%v)", empty, err)
	}
	c := l.Calibration
	return []chart.Element{
		c.Curve(), c.Table(), c.Points(), c.Reading(),
		l.Typical(2), generated, own, l.Table(), l.Use(), l.Spans(2), l.Reading(),
	}
}
