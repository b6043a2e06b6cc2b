package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// sample are tweets with and without a date and names.
func sample(n int) []tweets.Tweet {
	rows := make([]tweets.Tweet, n)
	for i := range rows {
		rows[i] = tweets.Tweet{
			ID: fmt.Sprint(i), ScreenName: "ana_faro", Nombre: "Ana Peñarrota", Cargo: "Senadora", Partido: "Partido del Faro", Coalicion: "Pacto del Puerto",
			Text: fmt.Sprintf("Texto %d https://t.co/a", i), TextClean: fmt.Sprintf("Texto %d", i), Tokens: 2,
			Hashtags: []string{}, Mentions: []string{}, // lists that are nil come back empty
		}
		if i%3 > 0 {
			rows[i].Time = time.Date(2020, 10, 12, 8, 0, i, 0, time.UTC)
			rows[i].Hashtags, rows[i].Mentions = []string{"Puerto", "Faro"}, []string{"beto"}
		}
	}
	return rows
}

// TestRoundTrip: rows come back as they were, the same ones always have the same
// bytes, in however many pieces they are written, and a file that is cut is an error.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []int{0, 5, writeRows + 7} {
		rows := sample(n)
		whole, pieces := filepath.Join(dir, "whole"), filepath.Join(dir, "pieces")
		if err := Write(whole, rows); err != nil {
			t.Fatal(err)
		}
		err := WritePieces(pieces, func(write func([]tweets.Tweet) error) error {
			return errors.Join(write(rows[:n/3]), write(rows[n/3:]))
		})
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read(whole)
		if err != nil || len(again) != n {
			t.Fatalf("%d rows of %d, %v", len(again), n, err)
		}
		for i := range rows {
			if !reflect.DeepEqual(again[i], rows[i]) {
				t.Fatalf("got  %+v\nwant %+v", again[i], rows[i])
			}
		}
		data, err := os.ReadFile(whole)
		if err != nil {
			t.Fatal(err)
		}
		if other, err := os.ReadFile(pieces); err != nil || !bytes.Equal(data, other) {
			t.Errorf("%d rows in pieces gave other bytes, %v", n, err)
		}
		cut := filepath.Join(dir, "cut")
		for _, size := range []int{0, 10, len(data) / 2, len(data) - 5} {
			if err := os.WriteFile(cut, data[:size], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Read(cut); err == nil {
				t.Errorf("the first %d of %d bytes were read without an error", size, len(data))
			}
		}
	}
}
