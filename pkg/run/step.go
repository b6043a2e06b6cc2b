package run

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

// Step is one piece of work whose result lies in the run folder.
type Step struct {
	Name    string // of its record, steps/<Name>.json
	Version int    // raised whenever the code would make something else of the same inputs
	Inputs  any    // settings and the fingerprints of earlier steps; anything JSON can hold
	// Artifacts are the files that it makes, relative to the run folder.
	Artifacts []string
	// Same are steps that make the same wherever their inputs are equal: the files of one
	// that is done are copied. Each has as many artifacts, in the same order.
	Same []Step `json:"-"`
	// Vectors says that the step trains word vectors, for which no graphics card is used.
	Vectors bool `json:"-"`
}

// Record is the file that a finished step leaves behind.
type Record struct {
	Step        string    `json:"step"`
	Fingerprint string    `json:"fingerprint"`
	Finished    time.Time `json:"finished"`
	Seconds     float64   `json:"seconds"`
	Engine      string    `json:"engine,omitempty"`
	CopyOf      string    `json:"copy_of,omitempty"` // the name of the step whose files were copied

	Reused bool `json:"-"` // it stood from an earlier run
}

// String tells a reader when the step was done, and whether just now.
func (r Record) String() string {
	date := r.Finished.Format("2006-01-02 15:04")
	if r.CopyOf != "" {
		return "Copiado el " + date + " UTC."
	}
	when := fmt.Sprintf("el %s UTC, en %s", date, chart.Duration(time.Duration(r.Seconds*float64(time.Second))))
	if r.Reused {
		return "Paso ya hecho " + when + "."
	}
	return "Hecho " + when + "."
}

// Fingerprint changes whenever the step would make something else.
func (st Step) Fingerprint() (string, error) {
	data, err := json.Marshal(st)
	if err != nil {
		return "", fmt.Errorf("step %s: %w", st.Name, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// Do does the step unless its record and artifacts stand from before, and
// returns its record. The record of other work goes before the work begins and the
// new one is written last: a step that was interrupted has none, whatever files it
// left. Only one process does a step at a time; others wait, and find it done.
func (r *Run) Do(ctx context.Context, st Step, work func() error) (Record, error) {
	fingerprint, err := st.Fingerprint()
	if err != nil {
		return Record{}, err
	}
	if record, ok := r.finished(st, fingerprint); ok {
		return record, nil
	}
	if r.Redo != nil {
		*r.Redo = append(*r.Redo, st.Name)
		return Record{Fingerprint: fingerprint}, nil
	}
	if r.asks {
		return Record{}, fmt.Errorf("%s: %w", st.Name, errUndone)
	}
	release, err := r.lock(ctx, st.Name)
	if err != nil {
		return Record{}, err
	}
	defer release()
	if record, ok := r.finished(st, fingerprint); ok {
		return record, nil
	}
	if err := home.Remove(r.RecordPath(st)); err != nil {
		return Record{}, err
	}
	if err := r.RecordFigures(ctx, st.Name); err != nil { // figures of what is about to be overwritten
		return Record{}, err
	}
	start := time.Now()
	record, err := r.copySame(st)
	if err == nil && record.CopyOf == "" {
		err = work()
		engine := r.Engine
		if st.Vectors {
			engine = r.vectorEngine
		}
		if err == nil && engine != nil {
			record.Engine = engineLine(engine)
		}
	}
	if err != nil {
		return Record{}, r.explained(err)
	}
	record.Step, record.Fingerprint = st.Name, fingerprint
	record.Finished, record.Seconds = time.Now().UTC(), time.Since(start).Seconds()
	return record, WriteJSON(r.RecordPath(st), record)
}

// copySame copies the files of a step that made the same. Without one the record names none.
func (r *Run) copySame(st Step) (Record, error) {
	for _, same := range st.Same {
		fingerprint, err := same.Fingerprint()
		if err != nil {
			return Record{}, err
		}
		made, ok := r.finished(same, fingerprint)
		if !ok {
			continue
		}
		for i, name := range same.Artifacts {
			if err := home.CopyFile(r.Path(name), r.Path(st.Artifacts[i])); err != nil {
				return Record{}, err
			}
		}
		return Record{CopyOf: same.Name, Engine: made.Engine}, nil
	}
	return Record{}, nil
}

// Cached does a step whose result is its first artifact, as JSON, unless it is done, and
// reads it. The result is shared: who asked for it must not change what it points to.
func Cached[T any](ctx context.Context, r *Run, st Step, compute func() (T, error)) (result T, made Record, err error) {
	path := st.Artifacts[0]
	made, err = r.Do(ctx, st, func() error {
		result, err := compute()
		if err != nil {
			return err
		}
		return WriteJSON(r.Path(path), result)
	})
	if err != nil {
		return result, made, err
	}
	result, err = Artifact(r, path, made, Decoded[T])
	return result, made, err
}

// Artifact reads an artifact of a step, once in a process.
func Artifact[T any](r *Run, path string, made Record, read func(path string) (T, error)) (T, error) {
	if !made.Reused {
		delete(r.known, path) // It was written just now.
	}
	return Once(r, path, made.Fingerprint, func() (T, error) { return read(r.Path(path)) })
}

// known is a result that this process remembers, and what it was made from.
type known struct {
	fingerprint string
	value       any
}

// Once returns what get does, and remembers the latest of a name: a cell asks for the same
// result many times. It is shared, like that of [Cached].
func Once[T any](r *Run, name, fingerprint string, get func() (T, error)) (T, error) {
	if k, ok := r.known[name]; ok && k.fingerprint == fingerprint {
		return k.value.(T), nil
	}
	value, err := get()
	if err == nil {
		r.known[name] = known{fingerprint, value}
	}
	return value, err
}

// lock keeps other processes from the step until release is called.
func (r *Run) lock(ctx context.Context, name string) (release func(), err error) {
	var note chart.Live
	release, err = home.Lock(ctx, r.Path("steps", name+".lock"), func() {
		LogUnshown(note.Update(chart.Note{Kind: chart.Warning, Title: "Otro cuaderno está haciendo este paso",
			Text: fmt.Sprintf("Es el paso «%s» de la misma corrida. Al terminar el otro se sigue aquí, sin repetirlo.", name)}))
	})
	LogUnshown(note.Clear())
	return release, err
}

// finished tells whether the step was done before with the same fingerprint
// and all its artifacts still stand.
func (r *Run) finished(st Step, fingerprint string) (Record, bool) {
	var record Record
	if err := ReadJSON(r.RecordPath(st), &record); err != nil || record.Fingerprint != fingerprint {
		return Record{}, false
	}
	for _, name := range st.Artifacts {
		if _, err := os.Stat(r.Path(name)); err != nil {
			return Record{}, false
		}
	}
	record.Reused = true
	return record, true
}

// RecordPath is where the record of a step lies.
func (r *Run) RecordPath(st Step) string {
	return r.Path("steps", st.Name+".json")
}
