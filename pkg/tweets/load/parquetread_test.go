package load_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// TestDamagedParquet: whatever is cut off or changed is an error, never a panic.
func TestDamagedParquet(t *testing.T) {
	r := result(t, tweets.Options{Tweets: []string{"testdata/study"}})
	whole := filepath.Join(t.TempDir(), "whole.parquet")
	if err := parquet.Write(whole, r.Tweets); err != nil {
		t.Fatal(err)
	}
	columns := map[string]string{"created_at": "dt"}
	// All but 102, whose text begins as a retweet's: a table has nothing else to go by.
	if got := ids(result(t, tweets.Options{Tweets: []string{whole}, Columns: columns})); !slices.Equal(got, []string{"109", "110", "101", "108"}) {
		t.Errorf("our own Parquet gives %v", got)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for n := 4; n < len(data); n += 97 {
		cut := write(t, "cut.parquet", data[:n])
		if _, err := load.Tweets(t.Context(), tweets.Options{Accounts: accounts, Tweets: []string{cut}, Columns: columns}); err == nil {
			t.Errorf("the first %d bytes were read without an error", n)
		}
		changed := slices.Clone(data)
		changed[n] ^= 0x55
		_, _ = load.Tweets(t.Context(), tweets.Options{Accounts: accounts, Tweets: []string{write(t, "changed.parquet", changed)}, Columns: columns})
	}
}
