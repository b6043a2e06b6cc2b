package study

import (
	"log/slog"
)

// showing notes that a passing output could not be shown. The work that it
// tells of goes on: its result matters more.
func showing(err error) {
	if err != nil {
		slog.Warn("showing progress", "error", err)
	}
}

// source is the line below a table or chart: what corpus its figures are of,
// and what else a reader must know to cite them.
func (s *Study) source(details string) string {
	line := "Corpus: " + s.Settings.Title + "."
	if s.Settings.Synthetic {
		line = "Corpus sintético (personas, partidos y textos inventados): " + s.Settings.Title + "."
	}
	if details != "" {
		line += " " + details
	}
	return line
}
