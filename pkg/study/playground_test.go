package study

import (
	"context"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/lean"
	"github.com/hemiciclo/hemiciclo/pkg/playground"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
)

// checkPlayground makes the page of a run: it holds the run's models, which judge as the
// report does, and nothing of anybody's tweets.
func checkPlayground(t *testing.T, s *Study) {
	t.Helper()
	ctx := context.Background()
	if err := os.WriteFile(s.Path(comparing.PlaygroundFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	small, err := s.Playground(ctx, comparing.PlaygroundOptions{MostMB: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Path(comparing.PlaygroundFile)); small.Made || !run.IsMissing(err) {
		t.Errorf("a page of %v MB stands where one is the most (%v)", small.MB, err)
	}
	made, err := s.Playground(ctx, comparing.PlaygroundOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*comparing.Playground{small, made} {
		bundle, err := p.Note().MIME()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(bundle.Text, "sintético") {
			t.Errorf("a note of the synthetic corpus does not say so:\n%s", bundle.Text)
		}
		checkLabels(t, s, bundle)
	}
	page, err := os.ReadFile(s.Path(comparing.PlaygroundFile))
	if err != nil {
		t.Fatal(err)
	}
	if !made.Made || made.MB != float64(len(page))/1e6 {
		t.Errorf("the page of %d bytes is said to have %v MB", len(page), made.MB)
	}

	shown := regexp.MustCompile(`(?s)<script type="application/octet-stream".*?</script>`).ReplaceAllString(string(page), "")
	loaded, err := s.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, tweet := range loaded.Tweets {
		for _, text := range []string{"@" + tweet.ScreenName, tweet.TextClean} {
			if strings.Contains(shown, text) {
				t.Errorf("the page holds %q", text)
			}
		}
	}

	models, err := playground.ReadModels(page)
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Lean(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range run.Sides {
		for i, tweet := range l.Scores.Sides[side][:10] {
			var scores []model.Score
			for _, name := range []string{playground.Right, playground.Left} {
				score, err := models[name].Score(tweet.Text)
				if err != nil {
					t.Fatal(err)
				}
				scores = append(scores, score)
			}
			bits := 0.0
			for j, word := range model.Words(scores...) {
				if of := l.InTweets[side][i]; word.Text != of.Words[j] {
					t.Errorf("%q: word %q, in the report %q", tweet.Text, word.Text, of.Words[j])
				}
				bits += word.Lean(0, 1)
			}
			// The page's weights are rounded.
			got, want := lean.Probability(bits), lean.Probability(tweet.Right()/math.Ln2)
			if math.Abs(got-want) > 0.02 {
				t.Errorf("%q is the right's with %v, in the report with %v", tweet.Text, got, want)
			}
		}
	}
}
