package comparing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// shownTerms are those of each side that are shown.
const shownTerms = 12

// Table shows how well both classifiers do on test tweets, beside the two models.
func (c *Classifier) Table() chart.Element {
	r := c.Run
	accounts := c.All.ROC.AUC.Accounts != nil
	table := chart.Table{
		Caption: "El clasificador de palabras ante los tweets de prueba",
		Columns: append([]chart.Column{{Name: "Clasificador"}, {Name: ""}, {Name: "Tweets de prueba"}, {Name: "Cifra", Align: chart.AlignRight}}, intervalColumns(accounts)...),
		Note:    r.Source(run.Sentences(c.method(), "Sin nombres: sin los de las cuentas, partidos y coaliciones de los dos lados, ni lo que study.toml da como propio de alguno (own).", intervalNote(accounts), c.Record.String())),
	}
	for _, kind := range []struct {
		name string
		TestedClassifier
	}{{"Todas las palabras", c.All}, {"Sin nombres", c.Nameless}} {
		n := kind.ROC.Positives + kind.ROC.Negatives
		row := func(name, what string, n int, value any, m compare.Measure, decimals int, share bool) {
			table.Rows = append(table.Rows, append([]any{name, what, n, value}, intervalCells(m, accounts, decimals, share)...))
		}
		row(kind.name, "Exactitud", n, chart.Strong{Value: chart.Percent(kind.ROC.Accuracy.Value, 1)}, kind.ROC.Accuracy, 1, true)
		row("", "Área bajo la curva ROC", n, chart.Number(kind.ROC.AUC.Value, 3), kind.ROC.AUC, 3, false)
		for _, side := range run.Sides {
			row("", "Reconocidos, "+r.Named(side), kind.Tested(side)-kind.Undecided[side], chart.Percent(kind.Recognised[side].Value, 1), kind.Recognised[side], 1, true)
		}
	}
	return table
}

// Confusion shows to which side the test tweets of each side are given.
func (c *Classifier) Confusion() chart.Element {
	r := c.Run
	table := chart.Table{
		Caption: "¿A qué lado atribuye el clasificador los tweets de prueba?",
		Columns: []chart.Column{{Name: "Son de"}, {Name: "A " + r.Named(run.Right)}, {Name: "A " + r.Named(run.Left)}, {Name: "A ninguno"},
			{Name: "Sin nombres: a " + r.Named(run.Right)}, {Name: "Sin nombres: a " + r.Named(run.Left)}, {Name: "Sin nombres: a ninguno"}},
		Note: r.Source(fmt.Sprintf("A ninguno: tweets de los que el clasificador no conoce ninguna palabra; no cuentan como acierto, ni entre los reconocidos. Atribuir siempre al lado con más tweets acertaría %s.", chart.Percent(majority(c.All.ROC), 1))),
	}
	for _, side := range run.Sides {
		row := []any{r.Label(side)}
		for _, t := range []TestedClassifier{c.All, c.Nameless} {
			for _, given := range run.Sides {
				var count any = t.Given[side][given]
				if given == side {
					count = chart.Strong{Value: count}
				}
				row = append(row, count)
			}
			row = append(row, t.Undecided[side])
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// majority is the accuracy of always naming the side with more test tweets.
func majority(roc compare.ROC) float64 {
	p, n := float64(roc.Positives), float64(roc.Negatives)
	return max(p, n) / (p + n)
}

// Bars shows the terms with the greatest weights for each side.
func (c *Classifier) Bars() chart.Element {
	r := c.Run
	bar := chart.Bar{
		Figure: chart.Figure{
			Title: "En qué palabras se fija el clasificador",
			Subtitle: fmt.Sprintf("Peso de cada palabra o par de palabras, sin los nombres de cuentas y partidos: cuánto suben las chances, en logaritmo, de que el tweet sea de %s (hacia la derecha del gráfico) o de %s (hacia la izquierda).",
				r.Named(run.Right), r.Named(run.Left)),
			Source: r.Source(c.method() + " Palabras que van juntas se reparten el peso: un peso no es el efecto de una palabra sola."),
		},
		ValueName: "Peso", Decimals: 2, KeepOrder: true,
	}
	for _, side := range run.Sides {
		terms := c.Nameless.Strongest(shownTerms, side == run.Left)
		if side == run.Left {
			slices.Reverse(terms)
		}
		for _, term := range terms {
			bar.Items = append(bar.Items, chart.BarItem{
				Label: term.Term, Value: term.Weight, Color: run.SideColor(side),
				Lines: []string{fmt.Sprintf("Tweets de entrenamiento que lo tienen: %s de %s, %s de %s",
					chart.Integer(term.Texts[0]), r.Named(run.Right), chart.Integer(term.Texts[1]), r.Named(run.Left))},
			})
		}
	}
	return bar
}

func (c *Classifier) method() string {
	return fmt.Sprintf("Regresión logística con regularización L2 sobre palabras y pares de palabras (presentes o no) de %s de %s y %s de %s, que pesan lo mismo; C = %s, elegida con un quinto de ellos apartado (sin nombres: C = %s). Semilla %d.",
		chart.Count(c.All.Texts[0], "tweet de entrenamiento", "tweets de entrenamiento"), c.Run.Named(run.Right), chart.Integer(c.All.Texts[1]), c.Run.Named(run.Left),
		chart.Number(c.All.Strength, 3), chart.Number(c.Nameless.Strength, 3), c.Run.Recipe.Seed)
}

// Reading says how well words tell the sides apart, and how much of it names do.
func (c *Classifier) Reading() chart.Element {
	r, all, nameless := c.Run, c.All.ROC, c.Nameless.ROC
	kind, title := chart.Done, "Las palabras bastan para reconocer el lado de un tweet mejor que el azar"
	within := conclusive(r, nameless.AUC)
	if len(c.Lot.Areas) > 0 {
		within = judged(r, nameless.AUC) // the lot counts which accounts they happen to be
	}
	if beyond(within, 0.5) != 1 {
		kind, title = chart.Warning, "No se puede decir que las palabras, sin los nombres, reconozcan el lado de un tweet"
	} else if len(c.Lot.Areas) > 0 && !c.Lot.beyond(nameless.AUC.Value) {
		kind, title = chart.Warning, "No se puede decir que las palabras reconozcan los lados más que a dos grupos de cuentas cualesquiera"
	}
	return chart.Note{Kind: kind, Title: title, Text: fmt.Sprintf(
		classifierText,
		chart.Percent(all.Accuracy.Value, 1), decisive(r, all.Accuracy, 1, true),
		chart.Percent(nameless.Accuracy.Value, 1), intervalText(conclusive(r, nameless.Accuracy), 1, true), chart.Percent(majority(c.All.ROC), 1), r.SameAuthors(), c.Lot.reading(nameless.AUC.Value), c.stillIn(), r.Source(""))}
}

// classifierText is what is said of both classifiers: the accuracy of each with its interval,
// that of naming the greater side, a caveat on accounts, how groups by lot do, what is still in;
// the source.
const classifierText = "Con todas las palabras acierta %s de los tweets de prueba (%s); sin las que nombran a alguna cuenta, " +
	"partido o coalición de los dos lados, o son propias de uno según study.toml, %s (%s). " +
	"Atribuir siempre al lado con más tweets acertaría %s.\n" +
	"Los nombres delatan: quien se cita a sí mismo o pide el voto por su nombre se reconoce sin que su lado escriba distinto. " +
	"Sin ellos quedan aún otras huellas de cada cuenta, como sus consignas y muletillas. %s\n" +
	"%s%s\n" +
	"%s"

// suggestedShown are the hashtags and handles of each side that are suggested.
const suggestedShown = 20

// stillIn says which hashtags and handles of one side alone the nameless classifier sees.
func (c *Classifier) stillIn() string {
	var words []string
	for _, side := range run.Sides {
		for _, tag := range c.Suggested[side][:min(suggestedShown/4, len(c.Suggested[side]))] {
			words = append(words, tag.Word)
		}
	}
	switch all := len(c.Suggested[run.Right]) + len(c.Suggested[run.Left]); {
	case all == 0:
		return "No queda ningún hashtag ni cuenta que use un solo lado y que usen muchas de sus cuentas o pese mucho."
	case all > len(words):
		return fmt.Sprintf("Quedan %s hashtags o cuentas que usa un solo lado y que usan muchas de sus cuentas o pesan mucho; los primeros: %s.", chart.Integer(all), strings.Join(words, ", "))
	default:
		return fmt.Sprintf("Quedan hashtags o cuentas que usa un solo lado y que usan muchas de sus cuentas o pesan mucho: %s.", strings.Join(words, ", "))
	}
}

// Own shows the hashtags and handles that one side alone uses and that could be its own
// names, with the lines of study.toml that leave them out.
func (c *Classifier) Own() []chart.Element {
	r := c.Run
	table := chart.Table{
		Caption: "Hashtags y cuentas que usa un solo lado",
		Columns: []chart.Column{{Name: "Lado"}, {Name: "Hashtag o cuenta"}, {Name: "Cuentas que lo usan"}, {Name: "Tweets"}},
		Note:    r.Source(fmt.Sprintf(ownNote, shownTerms, suggestedShown)),
	}
	var lines []string
	for i, name := range []string{"right", "left"} {
		side := run.Sides[i]
		list := c.Suggested[side][:min(suggestedShown, len(c.Suggested[side]))]
		if len(list) == 0 {
			continue
		}
		var own []string
		for _, word := range r.SideSettings(side).Own {
			own = append(own, strconv.Quote(word))
		}
		for j, tag := range list {
			label := ""
			if j == 0 {
				label = r.Label(side)
			}
			table.Rows = append(table.Rows, []any{label, tag.Word, tag.Accounts, tag.Texts})
			own = append(own, strconv.Quote(tag.Word))
		}
		lines = append(lines, "[sides."+name+"]", "own = ["+strings.Join(own, ", ")+"]")
	}
	if len(lines) == 0 {
		return nil
	}
	return []chart.Element{table, chart.Note{
		Title: "Si alguno es el nombre con que un lado se llama a sí mismo, déjelo fuera en study.toml",
		Text:  "Es solo una sugerencia: borre lo que diga algo de cómo escribe el lado, como una consigna o un tema.\n" + strings.Join(append(lines, r.Source("")), "\n"),
	}}
}

// ownNote says which hashtags and handles are suggested: among how many terms, and how many at most.
const ownNote = "En los tweets de entrenamiento: los que usa al menos una décima parte de las cuentas de un lado, " +
	"y tres o más (de menos de seis cuentas, la mitad y dos o más), y nunca el otro; " +
	"y los que nunca usa el otro y están entre los %d términos de más peso de un lado, aunque sean de una sola cuenta. " +
	"A lo más %d por lado. No están los que ya se dejan fuera."
