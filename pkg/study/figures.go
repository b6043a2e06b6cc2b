package study

import (
	"sort"
)

// Figure is one number that a notebook shows, as it stands in figures.json.
type Figure struct {
	ID     string  `json:"id"` // where and what, as "compare.perplexity.right.left"
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"`
	N      int     `json:"n,omitempty"` // texts or tokens that it rests on
	Seed   uint64  `json:"seed,omitempty"`
	Source string  `json:"source"` // artifact or function that it comes from
}

// record adds figures to figures.json, each in the place of its predecessor.
func (s *Study) record(figures ...Figure) error {
	path := s.path("figures.json")
	var all []Figure
	if err := readJSON(path, &all); err != nil && !isMissing(err) {
		return err
	}
	byID := make(map[string]Figure, len(all)+len(figures))
	for _, f := range append(all, figures...) {
		byID[f.ID] = f
	}
	all = all[:0]
	for _, f := range byID {
		all = append(all, f)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return writeJSON(path, all)
}
