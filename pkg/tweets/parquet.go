package tweets

import (
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// rowGroup is the number of rows that are held in memory while a Parquet file is
// written.
const rowGroup = 50_000

// WriteParquet writes tweets as a Parquet file, whole or not at all. The same
// rows give the same bytes.
func WriteParquet(path string, rows []Tweet) error {
	return writeParquet(path, func(write func([]Tweet) error) error { return write(rows) })
}

// writeParquet writes the tweets that give gives, in as many pieces as it likes,
// which do not show in the file.
func writeParquet(path string, give func(write func([]Tweet) error) error) error {
	err := home.WriteFile(path, func(w io.Writer) error {
		writer := parquet.NewGenericWriter[Tweet](w, parquet.Compression(&parquet.Snappy))
		inGroup := 0
		err := give(func(rows []Tweet) error {
			for len(rows) > 0 {
				if inGroup == rowGroup {
					if err := writer.Flush(); err != nil {
						return err
					}
					inGroup = 0
				}
				n := min(len(rows), rowGroup-inGroup)
				if _, err := writer.Write(rows[:n]); err != nil {
					return err
				}
				inGroup += n
				rows = rows[n:]
			}
			return nil
		})
		if err != nil {
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
