// Command page makes the page of what scripts/bench measured: one HTML file that needs
// nothing else.
//
//	page -results FOLDER -output FILE
//
// The folder holds a file of results for each contest (scripts/benchmarks/results.py).
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"html/template"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/chart/picture"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// contests in the order of the page.
var contests = []struct{ name, short, title, about string }{
	{"train", "entrenar", "Un paso de entrenamiento", "Un paso de AdamW con el mismo lote y desde los mismos pesos al azar. Las pérdidas de ambos lados deben coincidir."},
	{"generate", "generar", "Generar textos", "Una misma entrada continuada con los mismos pesos al azar, del tamaño de GPT-2 pequeño. Donde no se sortea nada, todos deben escribir los mismos tokens."},
	{"load", "cargar", "Cargar tweets", "Los pasos de carga del estudio, de JSON a Parquet, con un año sintético. Cada programa es un proceso propio, y se mide entero, desde que parte hasta que termina. Todos deben llegar a los mismos conteos de filas."},
	{"word2vec", "word2vec", "Vectores de palabras", "word2vec con los ajustes del estudio (skip-gram, softmax jerárquico, ventana 5, una pasada) sobre las palabras de tweets sintéticos: vocabulario y entrenamiento, incluido lo que lo nuestro tarda en compilar."},
	{"tokenizer", "tokens", "Cortar textos en tokens", "BPE de bytes como el de GPT-2. Codificar: todos los tweets con un mismo vocabulario, aprendido de ellos; los tokens de todos deben ser iguales. Entrenar: aprender un vocabulario de 8.000 tokens; también debe ser el mismo. tiktoken no sabe aprenderlo."},
	{"compile", "empezar", "Programas compilados que se guardan", "Lo que un proceso nuestro tarda desde que parte hasta su primer paso de entrenamiento o su primer token, sin y con los programas que otro proceso compiló y guardó antes. Los resultados deben ser los mismos. En las demás mediciones no se guarda ninguno."},
	{"growth", "", "Cómo crece el costo", "Solo lo nuestro. En cada serie cambia un tamaño y los demás quedan. En ejes logarítmicos una potencia es una recta, y su pendiente es el exponente: con 1, el doble cuesta el doble; con 2, cuatro veces tanto; con 0, lo mismo. El exponente es el que mejor se ajusta por mínimos cuadrados a los logaritmos. Con tamaños pequeños pesa lo que no depende de ellos, y el exponente sale menor que el que dice la teoría."},
}

func main() {
	folder := flag.String("results", "", "folder of the results")
	output := flag.String("output", "", "file to write")
	flag.Parse()
	if err := run(*folder, *output); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(folder, output string) error {
	chart.DrawWith(picture.New(chart.Runtime).SVG)
	found, err := read(folder)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("no hay mediciones en %s", folder)
	}
	p, err := newPage(found)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o777); err != nil {
		return err
	}
	return home.WriteFile(output, func(w io.Writer) error { return pageTemplate.Execute(w, p) })
}

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// page is what the template shows.
type page struct {
	Title    string
	Facts    string
	Style    template.CSS
	ECharts  template.JS // empty where it is not installed: the pictures stay
	Summary  template.HTML
	Sections []section
	Versions template.HTML
}

// section is a contest.
type section struct {
	Title, About, When string
	Parts              []template.HTML
}

func newPage(found map[string]results) (*page, error) {
	p := &page{Title: "Velocidad y memoria, al lado de otros"}
	dir, err := home.Dir()
	if err != nil {
		return nil, err
	}
	style, err := os.ReadFile(filepath.Join(dir, "scripts", "notebook", "report", "hemiciclo", "report.css"))
	if err != nil {
		return nil, err
	}
	p.Style = template.CSS(style) //nolint:gosec // the project's own file
	if path, err := home.Lib("echarts.min.js"); err == nil {
		script, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		p.ECharts = template.JS(script) //nolint:gosec // a pinned file of the installation
	}

	latest := slices.MaxFunc(slices.Collect(maps.Values(found)), func(a, b results) int { return a.Date.Compare(b.Date) })
	p.Facts = "Medido el " + day(latest.Date) + " · " + latest.Machine.String()
	if p.Summary, err = summary(found); err != nil {
		return nil, err
	}
	for _, c := range contests {
		r, measured := found[c.name]
		s := section{Title: c.title, About: c.about}
		var elements []chart.Element
		if measured {
			elements = r.elements()
			s.When = "Medido el " + day(r.Date) + " a las " + r.Date.UTC().Format("15:04") + " UTC"
			if r.Machine != latest.Machine {
				s.When += " en otra máquina: " + r.Machine.String()
			}
		} else {
			elements = []chart.Element{chart.Note{Title: "Sin medir todavía", Text: "scripts/bench all " + c.name}}
		}
		for _, element := range elements {
			html, err := render(element)
			if err != nil {
				return nil, err
			}
			s.Parts = append(s.Parts, html)
		}
		p.Sections = append(p.Sections, s)
	}
	p.Versions, err = render(versions(found))
	return p, err
}

// render gives an element's HTML, in which pkg/chart has escaped every text.
func render(e chart.Element) (template.HTML, error) {
	bundle, err := e.MIME()
	return template.HTML(bundle.HTML), err //nolint:gosec // see above
}

// summary is the chart of all ratios.
func summary(found map[string]results) (template.HTML, error) {
	var dots []chart.Dot
	var names []string
	for _, c := range contests {
		names = append(names, c.name)
		for _, d := range found[c.name].Cases {
			dots = append(dots, chart.Dot{
				Label: c.short + ": " + d.Case + " · " + d.Peer, Key: c.name,
				Value: median(d.Ratios), Low: slices.Min(d.Ratios), High: slices.Max(d.Ratios),
			})
		}
	}
	if len(dots) == 0 {
		return "", nil
	}
	return render(chart.Dots{
		Figure: chart.Figure{
			Title:    "Cuántas veces más rápido es lo nuestro",
			Subtitle: "Tiempo del otro dividido por el nuestro: mediana de las rondas, de la menor a la mayor. A la derecha de 1, lo nuestro es más rápido.",
		},
		ValueName: "Razón (escala logarítmica)", Items: dots, KeepOrder: true, Log: true, Decimals: 2,
		Reference: &chart.Reference{Name: "igual de rápido", Value: 1}, Palette: chart.NewPalette(names...),
	})
}

// elements are the charts, tables and notes of a contest.
func (r results) elements() []chart.Element {
	if r.NotRun != "" {
		return []chart.Element{chart.Note{Kind: chart.Warning, Title: "No se midió", Text: r.NotRun}}
	}
	var elements []chart.Element
	if len(r.Cases) > 0 {
		elements = append(elements, duelTable(r.Cases))
	}
	for _, work := range []struct{ name, title string }{{"train", "Tiempo de un paso de entrenamiento"}, {"generate", "Tiempo de escribir un texto"}} {
		some := slices.DeleteFunc(slices.Clone(r.Series), func(s series) bool { return s.Work != work.name })
		if len(some) > 0 {
			elements = append(elements, growthChart(work.title, some), growthTable(some))
		}
	}
	for _, out := range r.LeftOut {
		elements = append(elements, chart.Note{Kind: chart.Warning, Title: out.Peer + " quedó fuera", Text: out.Why})
	}
	return elements
}

func duelTable(duels []duel) chart.Table {
	t := chart.Table{Columns: []chart.Column{
		{Name: "Caso"}, {Name: "Frente a"}, {Name: "Razón", Align: chart.AlignRight}, {Name: "De – a", Align: chart.AlignRight}, {Name: "Rondas"},
		{Name: "Lo nuestro", Align: chart.AlignRight}, {Name: "El otro", Align: chart.AlignRight},
		{Name: "Memoria nuestra", Align: chart.AlignRight}, {Name: "La del otro", Align: chart.AlignRight},
	}}
	for _, d := range duels {
		ours, theirs := "–", "–"
		if len(d.Peaks) == 2 {
			ours, theirs = mebibytes(d.Peaks[0]), mebibytes(d.Peaks[1])
		}
		name := d.Case
		if d.About != "" {
			name += "\n" + d.About
		}
		t.Rows = append(t.Rows, []any{
			name, d.Peer, chart.Strong{Value: chart.Number(median(d.Ratios), 2)},
			chart.Number(slices.Min(d.Ratios), 2) + " – " + chart.Number(slices.Max(d.Ratios), 2), len(d.Ratios),
			speed(d.Speeds[0]) + " " + d.Unit, speed(d.Speeds[1]) + " " + d.Unit, ours, theirs,
		})
	}
	return t
}

// growthChart shows the series of one kind of work, each from its smallest size.
func growthChart(title string, all []series) chart.Lines {
	c := chart.Lines{
		Figure: chart.Figure{Title: title, Subtitle: "Cada serie desde su tamaño menor, y su exponente; ambos ejes son logarítmicos"},
		XName:  "Veces el tamaño menor", YName: "Veces el tiempo del menor", LogLog: true,
	}
	var names []string
	longest := 1.0
	for _, s := range all {
		names = append(names, s.Name)
		line := chart.Line{Name: s.Name + ": " + chart.Number(s.Exponent, 2), Key: s.Name, Points: true, Decimals: 2}
		for i := range s.X {
			line.X = append(line.X, s.X[i]/s.X[0])
			line.Y = append(line.Y, s.Seconds[i]/s.Seconds[0])
		}
		longest = max(longest, slices.Max(line.X))
		c.Lines = append(c.Lines, line)
	}
	c.Lines = append(c.Lines, chart.Line{
		Name: "el doble cuesta el doble", X: []float64{1, longest}, Y: []float64{1, longest}, Dashed: true, Color: chart.BaseColor, Decimals: -1,
	})
	c.Palette = chart.NewPalette(names...)
	return c
}

func growthTable(all []series) chart.Table {
	t := chart.Table{Columns: []chart.Column{
		{Name: "Cambia"}, {Name: "Queda"}, {Name: "Tiempo de cada tamaño"}, {Name: "Exponente", Align: chart.AlignRight}, {Name: "Compilar", Align: chart.AlignRight},
	}}
	for _, s := range all {
		times := make([]string, len(s.X))
		for i := range s.X {
			times[i] = chart.Number(s.X[i], 0) + ": " + duration(s.Seconds[i])
		}
		compiling := "–"
		if len(s.Compiling) > 0 {
			compiling = chart.Number(slices.Min(s.Compiling), 1) + " – " + chart.Number(slices.Max(s.Compiling), 1) + " s"
		}
		t.Rows = append(t.Rows, []any{s.Name, s.About, strings.Join(times, " · "), chart.Strong{Value: chart.Number(s.Exponent, 2)}, compiling})
	}
	return t
}

// versions is the table of all that took part.
func versions(found map[string]results) chart.Table {
	byName := map[string][]string{}
	for _, c := range contests {
		for name, version := range found[c.name].Versions {
			if !slices.Contains(byName[name], version) {
				byName[name] = append(byName[name], version)
			}
		}
	}
	t := chart.Table{Columns: []chart.Column{{Name: "Programa"}, {Name: "Versión"}}}
	for _, name := range slices.SortedFunc(maps.Keys(byName), func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		t.Rows = append(t.Rows, []any{name, strings.Join(byName[name], ", ")})
	}
	return t
}

func (m machine) String() string {
	noun := "procesadores"
	if m.Cores == 1 {
		noun = "procesador"
	}
	return fmt.Sprintf("%s, %d %s, %s GiB de memoria, %s", m.Processor, m.Cores, noun, chart.Number(m.Memory/(1<<30), 0), m.System)
}

var months = [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}

func day(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%d de %s de %d", t.Day(), months[t.Month()-1], t.Year())
}

func mebibytes(bytes float64) string { return chart.Number(bytes/(1<<20), 0) + " MiB" }

// speed writes a figure with three digits or more.
func speed(v float64) string {
	switch {
	case v < 10:
		return chart.Number(v, 2)
	case v < 100:
		return chart.Number(v, 1)
	default:
		return chart.Number(v, 0)
	}
}

func duration(seconds float64) string {
	if seconds < 1 {
		return chart.Number(1000*seconds, 0) + " ms"
	}
	return chart.Number(seconds, 2) + " s"
}
