package study

import (
	"context"
	"errors"
	"os"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// Must returns the value, or shows the error in the cell and ends it there: for
// notebook cells, which have nowhere to return an error to.
func Must[T any](value T, err error) T {
	Check(err)
	return value
}

// Check shows the error, if there is one, in the cell and ends it there.
func Check(err error) {
	if err == nil {
		return
	}
	kind, title, text := chart.Failure, "No se pudo completar este paso", err.Error()
	if errors.Is(err, context.Canceled) {
		kind, title = chart.Warning, "Interrumpido"
		text = "Lo ya calculado está guardado: ejecute la celda otra vez para seguir."
	}
	// A cell whose output is lost still fails by its exit status.
	_ = chart.Show(chart.Note{Kind: kind, Title: title, Text: text})
	os.Exit(1)
}
