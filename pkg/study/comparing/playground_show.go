package comparing

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// Note says where the page is, or why there is none.
func (p *Playground) Note() chart.Element {
	r := p.run
	if !p.Made {
		return chart.Note{Kind: chart.Info, Title: "Sin página para probar los modelos", Text: fmt.Sprintf(
			"Con estos modelos pesaría unos %s MB, y aquí se hace de hasta %s MB, lo que aún cabe en un correo. Para hacerla de todos modos, dé otro MostMB a Playground.\n%s",
			chart.Number(p.MB, 0), chart.Number(p.limit, 0), r.Source(""))}
	}
	return chart.Note{Kind: chart.Done, Title: "La página para probar los modelos está en runs/" + r.Name + "/" + PlaygroundFile, Text: fmt.Sprintf(
		"Pesa %s MB y no necesita nada más: ábrala con un navegador, o mándela por correo. scripts/run la deja también entre los informes, como %s-%s.\n%s",
		chart.Number(p.MB, 1), r.Name, PlaygroundFile, r.Source(p.step.String()))}
}
