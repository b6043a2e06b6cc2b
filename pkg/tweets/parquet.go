package tweets

import (
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// WriteParquet writes tweets as a Parquet file, whole or not at all. The same
// rows give the same bytes.
func WriteParquet(path string, rows []Tweet) error {
	err := home.WriteFile(path, func(w io.Writer) error {
		writer := parquet.NewGenericWriter[Tweet](w, parquet.Compression(&parquet.Snappy))
		if _, err := writer.Write(rows); err != nil {
			return err
		}
		return writer.Close()
	})
	if err != nil {
		return fmt.Errorf("tweets: writing %s: %w", path, err)
	}
	return nil
}

// ReadParquet reads what WriteParquet wrote.
func ReadParquet(path string) (rows []Tweet, err error) {
	// The library panics on some damaged files.
	defer func() {
		if p := recover(); p != nil {
			rows, err = nil, fmt.Errorf("tweets: %s is damaged: delete it and load the tweets again: %v", path, p)
		}
	}()
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	rows, err = parquet.Read[Tweet](file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("tweets: %s is not a Parquet file of tweets, or is damaged: delete it and load the tweets again: %w", path, err)
	}
	for i := range rows {
		rows[i].Time = rows[i].Time.UTC()
	}
	return rows, nil
}
