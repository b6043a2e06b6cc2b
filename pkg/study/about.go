package study

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// About shows what is studied, on what engine, and where results go.
func (s *Study) About() (chart.Element, error) {
	if err := s.writeRunInfo(); err != nil {
		return nil, err
	}
	corpus := filepath.Base(s.Corpus)
	if s.Settings.Synthetic {
		corpus = "Sintético: personas, partidos y textos inventados, a partir de una semilla"
	}
	days := cmp.Or(s.Settings.dateText(), "todas las fechas")
	cleaning := cmp.Or(s.Settings.cleaningText(), "la del estudio")
	table := chart.Table{
		Caption: s.Settings.Title,
		Columns: []chart.Column{{Name: ""}, {Name: ""}},
		Rows: [][]any{
			{"Corpus", corpus},
			{"Fechas", days},
			{"Limpieza", cleaning},
			{"Derecha", s.Settings.Sides.Right.String()},
			{"Izquierda", s.Settings.Sides.Left.String()},
			{"Reparto", s.splitName()},
			{"Receta", fmt.Sprintf("%s: %s", s.Recipe.Name, s.Recipe.Title)},
			{"Semilla", fmt.Sprint(s.Recipe.Seed)},
			{"Motor", s.engineLine()},
			{"Resultados", "runs/" + s.Name},
		},
	}
	if unused := s.unusedGPU(); unused != "" {
		table.Rows = append(table.Rows, []any{"Tarjeta gráfica", "hay una que no se usa: vea la nota"})
		table.Note = unused + "."
	}
	return table, nil
}

// String says whom the side's filter picks.
func (s SideSettings) String() string {
	var parts []string
	for _, part := range []struct {
		one, many string
		values    []string
	}{{"partido", "partidos", s.Partido}, {"coalición", "coaliciones", s.Coalicion}, {"cuenta", "cuentas", s.ScreenName}} {
		name := part.one
		if len(part.values) > 1 {
			name = part.many
		}
		if len(part.values) > 0 {
			parts = append(parts, name+": "+strings.Join(part.values, ", "))
		}
	}
	return fmt.Sprintf("%s (%s)", s.Label, strings.Join(parts, "; "))
}

// engineLine says in Spanish what computes. Why a slower engine was taken is
// said in the engine's own words.
func (s *Study) engineLine() string {
	switch e := s.engine; {
	case e.Name != "xla":
		return "GoMLX en Go puro, en el procesador, más lento que XLA (" + e.Reason + ")"
	case e.Platform == "cpu":
		return "XLA, en el procesador"
	case e.Platform == "cuda" && e.TF32:
		return "XLA, en la tarjeta gráfica (CUDA), con TF32 en los productos de matrices de float32"
	case e.Platform == "cuda":
		return "XLA, en la tarjeta gráfica (CUDA), con float32 completo"
	default:
		return "XLA, " + e.Platform
	}
}

// unusedGPU says in Spanish that there is an NVIDIA GPU that computes nothing, and the
// mend; it is empty if there is none.
func (s *Study) unusedGPU() string {
	switch err := s.engine.UnusedGPU; {
	case err == nil:
		return ""
	case errors.Is(err, backend.ErrNoPlugin):
		return "Hay una GPU de NVIDIA, pero falta su complemento de XLA: ejecute scripts/setup --cuda"
	default:
		return fmt.Sprintf("Hay una GPU de NVIDIA, pero no se usa: %v", err)
	}
}

// CheckEngine opens the engine and says what computes, in a line, and in another what could.
func (s *Study) CheckEngine() (string, error) {
	if _, err := s.Engine(); err != nil {
		return "", err
	}
	text := "Motor: " + s.engineLine() + ".\n"
	if unused := s.unusedGPU(); unused != "" {
		text += "aviso: " + unused + ".\n"
	}
	return text, nil
}
