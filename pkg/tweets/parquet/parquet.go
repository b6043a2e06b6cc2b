package parquet

import (
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// rowGroup is the number of rows that are held in memory while a Parquet file is
// written; writeRows, which divides it, that of those written at a time.
const (
	rowGroup  = 50_000
	writeRows = 2_000
)

// Write writes tweets as a Parquet file, whole or not at all. The same rows give
// the same bytes.
func Write(path string, rows []tweets.Tweet) error {
	return WritePieces(path, func(write func([]tweets.Tweet) error) error { return write(rows) })
}

// WritePieces is Write of the tweets that give writes, in as many pieces as it
// likes, which do not show in the file. An error of give leaves what was at path as
// it was.
func WritePieces(path string, give func(write func([]tweets.Tweet) error) error) error {
	err := home.WriteFile(path, func(w io.Writer) error {
		writer := parquet.NewGenericWriter[tweets.Tweet](w, parquet.Compression(&parquet.Snappy))
		// Always so many at a time, for the writer ends pages where a piece ends.
		piece := make([]tweets.Tweet, 0, writeRows)
		written := 0
		flush := func() error {
			if _, err := writer.Write(piece); err != nil {
				return err
			}
			written += len(piece)
			piece = piece[:0]
			if written%rowGroup == 0 {
				return writer.Flush()
			}
			return nil
		}
		err := give(func(rows []tweets.Tweet) error {
			for len(rows) > 0 {
				n := min(len(rows), writeRows-len(piece))
				piece = append(piece, rows[:n]...)
				rows = rows[n:]
				if len(piece) == writeRows {
					if err := flush(); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err == nil && len(piece) > 0 {
			err = flush()
		}
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

// Read reads what Write wrote.
func Read(path string) (rows []tweets.Tweet, err error) {
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
	rows, err = parquet.Read[tweets.Tweet](file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("tweets: %s is not a Parquet file of tweets, or is damaged: delete it and load the tweets again: %w", path, err)
	}
	for i := range rows {
		rows[i].Time = rows[i].Time.UTC()
	}
	return rows, nil
}
