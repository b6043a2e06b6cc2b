package comparing

import (
	"cmp"
	"fmt"
	"math"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// label is what readers call a party: with its side, where it stands on more than
// one.
func (p *Parties) label(party Party) string {
	name := cmp.Or(party.Name, run.NoParty)
	for _, other := range p.Parties {
		if other.Name == party.Name && other.Folder != party.Folder {
			return fmt.Sprintf("%s (%s)", name, p.side(party))
		}
	}
	return name
}

// side is what readers call the side that a party stands on.
func (p *Parties) side(party Party) string {
	for _, side := range run.Sides {
		if side.Folder() == party.Folder {
			return p.run.Label(side)
		}
	}
	return "ninguno"
}

// color is that of the party's side.
func (party Party) color() string {
	for _, side := range run.Sides {
		if side.Folder() == party.Folder {
			return run.SideColor(side)
		}
	}
	return chart.BaseColor
}

// Recognised is the share of a party's tweets that its own side's model prefers, of
// a party on a side.
func (party Party) Recognised() (compare.Measure, bool) {
	switch party.Folder {
	case run.Right.Folder():
		return party.Right, true
	case run.Left.Folder():
		return contrary(party.Right), true
	default:
		return compare.Measure{}, false
	}
}

// Dots shows which share of each party's tweets the right's model prefers, sorted.
func (p *Parties) Dots() chart.Element {
	r := p.run
	if !p.named() {
		return chart.Note{Title: "El corpus no dice el partido de nadie", Text: r.Source("")}
	}
	dots := chart.Dots{
		Figure: chart.Figure{
			Title: "¿A qué lado se parecen los tweets de cada partido?",
			Subtitle: fmt.Sprintf("Parte de los tweets de prueba de cada partido que el modelo de %s encuentra más probables que el de %s, con su intervalo de 95 %% sobre tweets. Color: el lado del partido; gris, ninguno.",
				r.Named(run.Right), r.Named(run.Left)),
			Source: r.Source(p.method()),
		},
		Name: "Partido", ValueName: "% de sus tweets que van a " + r.Named(run.Right), Decimals: 0,
		KeepOrder: true, Limits: [2]float64{0, 100}, Reference: &chart.Reference{Name: "mitad y mitad", Value: 50},
	}
	for _, party := range p.Parties {
		dot := chart.Dot{Label: p.label(party), Value: 100 * party.Right.Value, Low: math.NaN(), High: math.NaN(), Color: party.color(),
			Lines: []string{"Lado: " + p.side(party), fmt.Sprintf("Tweets de prueba: %s, de %s", chart.Integer(party.Texts), chart.Count(party.Accounts, "cuenta", "cuentas"))}}
		if within := party.Right.Within; within != nil {
			dot.Low, dot.High = 100*within.Low, 100*within.High
		}
		dots.Items = append(dots.Items, dot)
	}
	return dots
}

// Table shows how well each model predicts each party.
func (p *Parties) Table() chart.Element {
	r := p.run
	table := chart.Table{
		Caption: "Cada partido ante los tres modelos",
		Columns: []chart.Column{{Name: "Partido"}, {Name: "Lado"}, {Name: "Tweets"}, {Name: "Cuentas"}},
		Note: r.Source(run.Sentences("Bits por byte, y debajo la perplejidad por token. La diferencia es del modelo de "+r.Named(run.Right)+" menos el de "+r.Named(run.Left)+
			", en bits por byte y en los mismos tweets: por debajo de 0, el partido se parece más a "+r.Named(run.Right)+". Reconocidos: los que prefiere el modelo de su lado. Entre corchetes, intervalos de 95 % sobre tweets.", p.method(), p.Record.String())),
	}
	for _, name := range models(r) {
		table.Columns = append(table.Columns, chart.Column{Name: name, Align: chart.AlignRight})
	}
	table.Columns = append(table.Columns, chart.Column{Name: "Diferencia", Align: chart.AlignRight}, chart.Column{Name: "Reconocidos", Align: chart.AlignRight})
	for _, party := range p.Parties {
		row := []any{p.label(party), p.side(party), party.Texts, party.Accounts}
		for _, model := range party.Models {
			row = append(row, chart.Number(model.BitsPerByte.Value, 3)+"\n"+chart.Number(model.Perplexity.Value, 1))
		}
		d := party.Differences[0].BitsPerByte
		row = append(row, signed(d.Value, 3)+"\n"+intervalText(d.Within, 3, false))
		if own, on := party.Recognised(); on {
			row = append(row, chart.Percent(own.Value, 0)+"\n"+intervalText(own.Within, 0, true))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (p *Parties) method() string {
	return run.Sentences(fmt.Sprintf("Cada tweet se mide solo. De los partidos de ningún lado, a lo más %s tweets de cada uno, al azar; con menos de %d tweets no se da intervalo. Receta %s, semilla %d.",
		chart.Integer(mostOfRest), compare.FewestTexts, p.run.Recipe.Name, p.run.Recipe.Seed), p.Scores.StandIn.Note())
}
