package study

import (
	"context"
	"errors"
	"os"
	"os/signal"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// Open opens a study from a notebook cell. The context ends when the cell is
// interrupted. A failure is shown in the cell, which ends there.
func Open(o Options) (context.Context, *Study) {
	// The process ends with its cell, so nothing is left to stop.
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt)
	s := Must(New(ctx, o))
	chart.DrawWith((&pictures{folder: s.Path("pictures")}).draw)
	return ctx, s
}

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

// Show shows tables and charts in the cell.
func Show(elements ...chart.Element) {
	Check(chart.Show(elements...))
}
