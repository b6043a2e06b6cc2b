package modelling

import (
	"context"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// BaseNote says which model the recipe starts from here, and why.
func BaseNote(ctx context.Context, r *run.Run) (chart.Element, error) {
	base, err := Base(ctx, r)
	if err != nil {
		return nil, err
	}
	if base.StandIn.For == "" {
		return chart.Note{Kind: chart.Done, Title: "Parte de " + base.asBase(), Text: r.Source("")}, nil
	}
	t := tuning(r, base)
	text := fmt.Sprintf("%s\nSe muestra el mismo procedimiento en pequeño: bloques de %d tokens, %d por paso, y a lo más %s.",
		base.StandIn.Note(), t.BlockSize, t.BatchSize, chart.Count(t.MaxSteps, "paso", "pasos"))
	if !r.Recipe.Fetch {
		text += "\nPara usar el publicado: scripts/run --recipe published (unos 500 MB por modelo, y horas si no hay tarjeta gráfica)."
	} else {
		text += "\nSe busca en la carpeta de Hugging Face de este equipo y, con conexión, se descarga."
	}
	return chart.Note{Kind: chart.Warning, Title: "Sin el modelo publicado", Text: text + "\n" + r.Source("")}, nil
}

// asBase says what a model is that others are tuned from.
func (t *Trained) asBase() string {
	switch {
	case t.History == nil:
		return t.run.Recipe.BaseTitle()
	case t.StandIn.For != "":
		return fmt.Sprintf("el modelo base %s de la misma corrida, en lugar del publicado %s (%s)", t.StandIn.Base, t.StandIn.For, t.StandIn.Why)
	default:
		return "el modelo base de la misma corrida"
	}
}
