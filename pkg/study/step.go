package study

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
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
// returns its record. The record of other work goes before the work begins and the
// new one is written last: a step that was interrupted has none, whatever files it
// left. Only one process does a step at a time; others wait, and find it done.
func (s *Study) run(ctx context.Context, st step, work func() error) (stepRecord, error) {
	fingerprint, err := st.fingerprint()
	if err != nil {
		return stepRecord{}, err
	}
	if record, ok := s.finished(st, fingerprint); ok {
		return record, nil
	}
	if s.redo != nil {
		*s.redo = append(*s.redo, st.Name)
		return stepRecord{Fingerprint: fingerprint}, nil
	}
	if s.asks {
		return stepRecord{}, fmt.Errorf("%s: %w", st.Name, errUndone)
	}
	release, err := s.lock(ctx, st.Name)
	if err != nil {
		return stepRecord{}, err
	}
	defer release()
	if record, ok := s.finished(st, fingerprint); ok {
		return record, nil
	}
	if err := home.Remove(s.recordPath(st)); err != nil {
		return stepRecord{}, err
	}
	if err := s.record(st.Name); err != nil { // figures of what is about to be overwritten
		return stepRecord{}, err
	}
	start := time.Now()
	if err := work(); err != nil {
		return stepRecord{}, err
	}
	record := stepRecord{Step: st.Name, Fingerprint: fingerprint, Finished: time.Now().UTC(), Seconds: time.Since(start).Seconds()}
	if s.engine != nil {
		record.Engine = engineLine(s.engine)
	}
	return record, writeJSON(s.recordPath(st), record)
}

// cached does a step whose result is its first artifact, as JSON, unless it is done, and
// reads it. The result is shared: who asked for it must not change what it points to.
func cached[T any](ctx context.Context, s *Study, st step, compute func() (T, error)) (result T, made stepRecord, err error) {
	path := st.Artifacts[0]
	made, err = s.run(ctx, st, func() error {
		result, err := compute()
		if err != nil {
			return err
		}
		return writeJSON(s.path(path), result)
	})
	if err != nil {
		return result, made, err
	}
	result, err = artifact(s, path, made, decoded[T])
	return result, made, err
}

// artifact reads an artifact of a step, once in a process.
func artifact[T any](s *Study, path string, made stepRecord, read func(path string) (T, error)) (T, error) {
	if !made.reused {
		delete(s.known, path) // It was written just now.
	}
	return once(s, path, made.Fingerprint, func() (T, error) { return read(s.path(path)) })
}

// known is something that is known in this process, and what it was made from.
type known struct {
	fingerprint string
	value       any
}

// once returns what get does, and remembers the latest of a name: a cell asks for the same
// result many times. It is shared, like that of cached.
func once[T any](s *Study, name, fingerprint string, get func() (T, error)) (T, error) {
	if k, ok := s.known[name]; ok && k.fingerprint == fingerprint {
		return k.value.(T), nil
	}
	value, err := get()
	if err == nil {
		s.known[name] = known{fingerprint, value}
	}
	return value, err
}

// lock keeps other processes from the step until release is called.
func (s *Study) lock(ctx context.Context, name string) (release func(), err error) {
	var note chart.Live
	release, err = home.Lock(ctx, s.path("steps", name+".lock"), func() {
		showing(note.Update(chart.Note{Kind: chart.Warning, Title: "Otro cuaderno está haciendo este paso",
			Text: fmt.Sprintf("Es el paso «%s» de la misma corrida. Al terminar el otro se sigue aquí, sin repetirlo.", name)}))
	})
	showing(note.Clear())
	return release, err
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
