package study

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

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
	case e.Platform == "cuda":
		return "XLA, en la tarjeta gráfica (CUDA)"
	default:
		return "XLA, " + e.Platform
	}
}
