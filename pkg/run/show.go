package run

import "log/slog"

// LogUnshown logs the error, if there is one, of showing a passing output. The work that it
// tells of goes on: its result matters more.
func LogUnshown(err error) {
	if err != nil {
		slog.Warn("showing progress", "error", err)
	}
}

// Source is the line below a table or chart: what corpus its figures are of,
// and what else a reader must know to cite them.
func (r *Run) Source(details string) string {
	line := "Corpus: " + r.Settings.Title + "."
	if r.Settings.Synthetic {
		line = "Corpus sintético (personas, partidos y textos inventados): " + r.Settings.Title + "."
	}
	if details != "" {
		line += " " + details
	}
	return line
}
