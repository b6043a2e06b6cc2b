package parquet_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// Tweets in a file that pandas, Polars and Spark read too.
func Example() {
	dir, err := os.MkdirTemp("", "tweets")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "tweets.parquet")
	if err := parquet.Write(path, []tweets.Tweet{{ScreenName: "vecina_1", TextClean: "Buenos días, barrio"}}); err != nil {
		fmt.Println(err)
		return
	}
	rows, err := parquet.Read(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range rows {
		fmt.Printf("@%s: %s\n", t.ScreenName, t.TextClean)
	}
	// Output:
	// @vecina_1: Buenos días, barrio
}
