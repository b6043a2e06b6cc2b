package parquet_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
	"github.com/hemiciclo/hemiciclo/pkg/vectors/parquet"
)

// A model and its counts, in a file that pandas, Polars and Spark read too.
func Example() {
	dir, err := os.MkdirTemp("", "vectors")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var b vectors.Builder
	err = errors.Join(
		b.Add("barrio", 40, []float32{0.9, 0.1}),
		b.Add("pensiones", 25, []float32{0.1, 0.9}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := b.Model()
	if err != nil {
		fmt.Println(err)
		return
	}
	path := filepath.Join(dir, "words.parquet")
	if err := parquet.Save(path, model); err != nil {
		fmt.Println(err)
		return
	}
	again, err := parquet.Load(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, word := range again.Words() {
		vector, _ := again.Vector(word)
		fmt.Println(word, again.Count(word), vector)
	}
	// Output:
	// barrio 40 [0.9 0.1]
	// pensiones 25 [0.1 0.9]
}
