package load_test

import (
	"path/filepath"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
)

// BenchmarkLoad reads the demo corpus: some 41,000 records, 43 MB.
func BenchmarkLoad(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "corpus")
	counts, err := demo.Write(dir, demo.Options{})
	if err != nil {
		b.Fatal(err)
	}
	o := tweets.Options{Accounts: filepath.Join(dir, "accounts.csv"), Tweets: []string{filepath.Join(dir, "tweets")}, Days: demo.Days, DropAuthorless: true}
	for b.Loop() {
		result, err := load.Tweets(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		if result.Rows(tweets.StepRead) != counts.Read {
			b.Fatal(result.Steps)
		}
	}
	b.ReportMetric(float64(counts.Read)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
