package comparing

import (
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// signed writes a difference with its sign.
func signed(v float64, decimals int) string {
	text := chart.Number(v, decimals)
	if v > 0 && text != chart.Number(0, decimals) {
		return "+" + text
	}
	return text
}

// handle is an account's name as Twitter writes it.
func handle(name string) string { return "@" + strings.TrimPrefix(name, "@") }

// oneLine is a cell's text for use in a sentence.
func oneLine(cell string) string { return strings.ReplaceAll(cell, "\n", " ") }
