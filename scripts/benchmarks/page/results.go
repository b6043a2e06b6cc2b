package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// results are what one contest measured: see scripts/benchmarks/results.py.
type results struct {
	Contest  string            `json:"contest"`
	Date     time.Time         `json:"date"`
	Machine  machine           `json:"machine"`
	Versions map[string]string `json:"versions"`
	Cases    []duel            `json:"cases"`
	Series   []series          `json:"series"`
	LeftOut  []struct {
		Peer string `json:"peer"`
		Why  string `json:"why"`
	} `json:"left_out"`
	NotRun string `json:"not_run"`
}

type machine struct {
	Processor string  `json:"processor"`
	Cores     int     `json:"cores"`
	Memory    float64 `json:"memory"` // bytes
	System    string  `json:"system"`
}

// duel is one case against one peer. In the pairs, ours comes first.
type duel struct {
	Case   string    `json:"case"`
	About  string    `json:"about"`
	Peer   string    `json:"peer"`
	Ratios []float64 `json:"ratios"` // theirs by ours, of each round
	Unit   string    `json:"unit"`
	Speeds []float64 `json:"speeds"`
	Peaks  []float64 `json:"peaks"` // bytes; none where nobody looked
}

// series is how the time of our own work grows with one size.
type series struct {
	Work      string    `json:"work"`
	Name      string    `json:"name"`
	About     string    `json:"about"`
	X         []float64 `json:"x"`
	Seconds   []float64 `json:"seconds"`
	Exponent  float64   `json:"exponent"`
	Compiling []float64 `json:"compiling"`
}

// read reads the results of the contests that have any in the folder.
func read(folder string) (map[string]results, error) {
	found := map[string]results{}
	for _, c := range contests {
		path := filepath.Join(folder, c.name+".json")
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var r results
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		found[c.name] = r
	}
	return found, nil
}

// check refuses what the page cannot show.
func (r results) check() error {
	for _, d := range r.Cases {
		if len(d.Ratios) == 0 || slices.Min(d.Ratios) <= 0 || len(d.Speeds) != 2 || len(d.Peaks) != 0 && len(d.Peaks) != 2 {
			return fmt.Errorf("case %s against %s wants ratios above 0, two speeds and two peaks or none", d.Case, d.Peer)
		}
	}
	for _, s := range r.Series {
		if len(s.X) < 2 || len(s.X) != len(s.Seconds) || slices.Min(s.X) <= 0 || slices.Min(s.Seconds) <= 0 {
			return fmt.Errorf("series %s wants as many times as sizes, two or more, above 0", s.Name)
		}
	}
	return nil
}

// median returns the middle of values, the mean of the two where there are two.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
