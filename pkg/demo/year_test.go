package demo_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/demo"
)

// TestYear: the load finds what counts.json promises, and the files depend on
// the seed alone, not on how many are written at a time.
func TestYear(t *testing.T) {
	dir := t.TempDir()
	var sums []string
	for i, o := range []demo.YearOptions{{Rows: 3000, Workers: 1}, {Rows: 3000, Workers: 4}, {Rows: 3000, Seed: 7}} {
		corpus := filepath.Join(dir, string(rune('a'+i)))
		counts, err := demo.WriteYear(t.Context(), corpus, o)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(corpus, "counts.json"))
		if err != nil {
			t.Fatal(err)
		}
		var promised map[string]int
		if err := json.Unmarshal(data, &promised); err != nil {
			t.Fatal(err)
		}
		for _, step := range loaded(t, corpus).Steps {
			if step.Rows != promised[step.Name] {
				t.Errorf("step %s has %d rows, promised %d", step.Name, step.Rows, promised[step.Name])
			}
		}
		if counts.Read != promised["read"] || counts.Read < 2990 || counts.Read > 3010 {
			t.Errorf("%d lines, asked for 3000", counts.Read)
		}
		sum, _ := digest(t, corpus)
		sums = append(sums, sum)
	}
	if sums[0] != sums[1] {
		t.Error("the number of workers changes the files")
	}
	if sums[0] == sums[2] {
		t.Error("another seed gave the same files")
	}
}

func TestYearInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "year")
	if _, err := demo.WriteYear(ctx, dir, demo.YearOptions{Rows: 1000}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a part of the folder was left behind")
	}
}
