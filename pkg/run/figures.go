package run

import (
	"cmp"
	"context"
	"maps"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// Figure is one number that a notebook shows, as it stands in figures.json.
type Figure struct {
	ID    string  `json:"id"`   // where and what, as "compare.perplexity.right.left"
	Step  string  `json:"step"` // of the run, that it was recorded by
	Value float64 `json:"value"`
	// The 95 % interval over texts, where one was measured, and that over accounts,
	// where there are enough of them. Pointers, for 0 is an end too.
	Low          *float64 `json:"low,omitempty"`
	High         *float64 `json:"high,omitempty"`
	LowAccounts  *float64 `json:"low_accounts,omitempty"`
	HighAccounts *float64 `json:"high_accounts,omitempty"`
	Unit         string   `json:"unit,omitempty"`
	N            int      `json:"n,omitempty"` // texts or tokens that it rests on
	Seed         uint64   `json:"seed,omitempty"`
	Source       string   `json:"source"` // artifact or function that it comes from
}

// RecordFigures makes the step's figures in figures.json these, in the place of all that it
// had there: words that are no longer at the top do not stay on. Several processes
// may record at once.
func (r *Run) RecordFigures(ctx context.Context, step string, figures ...Figure) error {
	if r.Redo != nil {
		return nil
	}
	release, err := home.Lock(ctx, r.Path("steps", "figures.lock"), func() {})
	if err != nil {
		return err
	}
	defer release()
	path := r.Path("figures.json")
	before, err := r.figures.read(path)
	if err != nil {
		return err
	}
	own := make(map[string]Figure, len(figures))
	for _, f := range figures {
		f.Step = step
		own[f.ID] = f
	}
	all := make([]Figure, 0, len(before)+len(own))
	same := 0
	for _, f := range before {
		if now, ours := own[f.ID]; ours {
			if reflect.DeepEqual(f, now) {
				same++
			}
		} else if f.Step != step && f.Step != "" {
			// Those without a step are of a program that did not name it, and come again.
			all = append(all, f)
		}
	}
	if same == len(own) && len(all)+same == len(before) {
		return nil
	}
	all = slices.AppendSeq(all, maps.Values(own))
	slices.SortFunc(all, func(a, b Figure) int { return cmp.Compare(a.ID, b.ID) })
	return WriteJSON(path, all)
}

// figuresFile is figures.json as it was last read: a cell asks for dozens of steps,
// each of which records its own.
type figuresFile struct {
	size  int64
	mtime time.Time
	list  []Figure
}

// read reads the file if it has changed.
func (r *figuresFile) read(path string) ([]Figure, error) {
	info, err := os.Stat(path)
	if IsMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() == r.size && info.ModTime().Equal(r.mtime) {
		return r.list, nil
	}
	r.list = nil
	if err := ReadJSON(path, &r.list); err != nil {
		return nil, err
	}
	r.size, r.mtime = info.Size(), info.ModTime()
	return r.list, nil
}

// Within returns the figure with its interval, which may be nil.
func (f Figure) Within(i *compare.Interval) Figure {
	if i != nil {
		f.Low, f.High = &i.Low, &i.High
	}
	return f
}

// Measured returns the figure with a measure's intervals.
func (f Figure) Measured(m compare.Measure) Figure {
	f = f.Within(m.Within)
	if m.Accounts != nil {
		f.LowAccounts, f.HighAccounts = &m.Accounts.Low, &m.Accounts.High
	}
	return f
}

// OfWord returns the figure with a word's log-odds and intervals; the unit says so where
// the interval is the formula's, because one of both never uses the word.
func (f Figure) OfWord(word compare.KeyWord) Figure {
	f.Value = word.LogOdds
	f = f.Measured(word.Measure())
	if word.OneSided() {
		f.Unit += "; one never uses the word, and the interval is the formula's"
		f = f.Within(word.Formula)
	}
	return f
}
