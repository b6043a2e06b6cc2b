package study

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// step is one piece of work whose result lies in the run folder.
type step struct {
	Name    string // of its record, steps/<Name>.json
	Version int    // raised whenever the code would make something else of the same inputs
	Inputs  any    // settings and the fingerprints of earlier steps; anything JSON can hold
	// Artifacts are the files that it makes, relative to the run folder.
	Artifacts []string
}

// stepRecord is the file that a finished step leaves behind.
type stepRecord struct {
	Step        string    `json:"step"`
	Fingerprint string    `json:"fingerprint"`
	Finished    time.Time `json:"finished"`
	Seconds     float64   `json:"seconds"`
	Engine      string    `json:"engine,omitempty"`

	reused bool // it stood from an earlier run
}

// String tells a reader when the step was done, and whether just now.
func (r stepRecord) String() string {
	when := fmt.Sprintf("el %s UTC, en %s", r.Finished.Format("2006-01-02 15:04"), chart.Duration(time.Duration(r.Seconds*float64(time.Second))))
	if r.reused {
		return "Paso ya hecho " + when + "."
	}
	return "Hecho " + when + "."
}

// fingerprint changes whenever the step would make something else.
func (st step) fingerprint() (string, error) {
	data, err := json.Marshal(st)
	if err != nil {
		return "", fmt.Errorf("step %s: %w", st.Name, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// run does the step unless its record and artifacts stand from before, and
// returns its record. The record is written last: a step that was interrupted
// has none.
func (s *Study) run(ctx context.Context, st step, work func() error) (stepRecord, error) {
	fingerprint, err := st.fingerprint()
	if err != nil {
		return stepRecord{}, err
	}
	if record, ok := s.finished(st, fingerprint); ok {
		return record, nil
	}
	start := time.Now()
	if err := work(); err != nil {
		return stepRecord{}, err
	}
	record := stepRecord{Step: st.Name, Fingerprint: fingerprint, Finished: time.Now().UTC(), Seconds: time.Since(start).Seconds()}
	if s.engine != nil {
		record.Engine = s.engine.Describe()
	}
	return record, writeJSON(s.recordPath(st), record)
}

// finished tells whether the step was done before with the same fingerprint
// and all its artifacts still stand.
func (s *Study) finished(st step, fingerprint string) (stepRecord, bool) {
	var record stepRecord
	if err := readJSON(s.recordPath(st), &record); err != nil || record.Fingerprint != fingerprint {
		return stepRecord{}, false
	}
	for _, name := range st.Artifacts {
		if _, err := os.Stat(s.path(name)); err != nil {
			return stepRecord{}, false
		}
	}
	record.reused = true
	return record, true
}

func (s *Study) recordPath(st step) string {
	return s.path("steps", st.Name+".json")
}

// listing names every file below a folder with its size and time of change:
// what a step that reads the folder depends on.
func listing(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files = append(files, fmt.Sprintf("%s %d %d", filepath.ToSlash(name), info.Size(), info.ModTime().UnixNano()))
		return nil
	})
	return files, err
}

// writeJSON writes a value for people to read too.
func writeJSON(path string, value any) error {
	return home.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	})
}

func readJSON(path string, value any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("leer %s: %w; bórrelo para rehacer ese paso", path, err)
	}
	return nil
}

// isMissing tells a file that is not there from one that cannot be read.
func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
