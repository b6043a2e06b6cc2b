package study

import (
	"reflect"
	"sort"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// Figure is one number that a notebook shows, as it stands in figures.json.
type Figure struct {
	ID    string  `json:"id"` // where and what, as "compare.perplexity.right.left"
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

// record adds figures to figures.json, each in the place of its predecessor.
func (s *Study) record(figures ...Figure) error {
	path := s.path("figures.json")
	var all []Figure
	if err := readJSON(path, &all); err != nil && !isMissing(err) {
		return err
	}
	byID := make(map[string]Figure, len(all)+len(figures))
	for _, f := range all {
		byID[f.ID] = f
	}
	changed := false
	for _, f := range figures {
		if before, stands := byID[f.ID]; !stands || !reflect.DeepEqual(before, f) {
			byID[f.ID], changed = f, true
		}
	}
	if !changed {
		return nil
	}
	all = all[:0]
	for _, f := range byID {
		all = append(all, f)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return writeJSON(path, all)
}

// within returns the figure with its interval, which may be nil.
func (f Figure) within(i *compare.Interval) Figure {
	if i != nil {
		f.Low, f.High = &i.Low, &i.High
	}
	return f
}

// measured returns the figure with a measure's intervals.
func (f Figure) measured(m compare.Measure) Figure {
	f = f.within(m.Within)
	if m.Accounts != nil {
		f.LowAccounts, f.HighAccounts = &m.Accounts.Low, &m.Accounts.High
	}
	return f
}

// ofWord returns the figure with a word's log-odds and intervals; the unit says so where
// the interval is the formula's, because one of both never uses the word.
func (f Figure) ofWord(word compare.KeyWord) Figure {
	f.Value = word.LogOdds
	f = f.measured(word.Measure())
	if word.OneSided() {
		f.Unit += "; one never uses the word, and the interval is the formula's"
		f = f.within(word.Formula)
	}
	return f
}

// intervalText writes an interval for a table; share says that it is of shares.
func intervalText(i *compare.Interval, decimals int, share bool) string {
	switch {
	case i == nil:
		return "sin intervalo"
	case share:
		return "[" + chart.Number(100*i.Low, decimals) + "; " + chart.Percent(i.High, decimals) + "]"
	default:
		return "[" + chart.Number(i.Low, decimals) + "; " + chart.Number(i.High, decimals) + "]"
	}
}
