package load_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// TestCandidatos reads real tweets, which are not part of the project: the
// folder lies beside it on some machines. The counts are those of its README.
func TestCandidatos(t *testing.T) {
	root, err := home.Dir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "..", "shared", "data", "candidatos-2017")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the optional corpus is not here")
	}
	result, err := load.Tweets(t.Context(), tweets.Options{
		Accounts: filepath.Join(dir, "accounts.csv"),
		Tweets:   []string{filepath.Join(dir, "tweets")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []tweets.Step{
		{Name: tweets.StepRead, Rows: 13390},
		{Name: tweets.StepDistinct, Rows: 13354},
		{Name: tweets.StepOriginal, Rows: 9236},
		{Name: tweets.StepWindow, Rows: 9236},
		{Name: tweets.StepJoined, Rows: 9236},
		{Name: tweets.StepNotBlank, Rows: 9193},
		{Name: tweets.StepMinTokens, Rows: 8700},
	}
	if !slices.Equal(result.Steps, want) {
		t.Errorf("steps %v, want %v", result.Steps, want)
	}
	if result.MalformedCount != 0 {
		t.Errorf("%d malformed, first %v", result.MalformedCount, result.Malformed[0])
	}
	each := make(map[string]int)
	for _, tweet := range result.Tweets {
		each[tweet.ScreenName]++
	}
	for name, want := range map[string]int{
		"sebastianpinera": 1703, "marcoporchile": 1602, "BeaSanchezYTu": 1221, "senadornavarro": 1186,
		"joseantoniokast": 1040, "guillier": 1010, "carolinagoic": 856, "eduardo_artes": 82,
	} {
		if each[name] != want {
			t.Errorf("%s has %d tweets, want %d", name, each[name], want)
		}
	}
	path := filepath.Join(t.TempDir(), "tweets.parquet")
	if err := parquet.Write(path, result.Tweets); err != nil {
		t.Fatal(err)
	}
	again, err := parquet.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(again, result.Tweets, equal) {
		t.Error("the tweets read back from Parquet differ")
	}
}

func equal(a, b tweets.Tweet) bool {
	if !slices.Equal(a.Hashtags, b.Hashtags) || !slices.Equal(a.Mentions, b.Mentions) || !a.Time.Equal(b.Time) {
		return false
	}
	a.Hashtags, b.Hashtags, a.Mentions, b.Mentions, b.Time = nil, nil, nil, nil, a.Time
	return a.ID == b.ID && a.ScreenName == b.ScreenName && a.Nombre == b.Nombre && a.Cargo == b.Cargo &&
		a.Partido == b.Partido && a.Coalicion == b.Coalicion && a.Text == b.Text && a.TextClean == b.TextClean && a.Tokens == b.Tokens
}
