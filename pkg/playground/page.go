package playground

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
)

// Names of models, by which the page knows them.
const (
	Right = "derecha"
	Left  = "izquierda"
	Base  = "base"
)

// Page is what a page is made from. Its texts are in the reader's language.
type Page struct {
	Title     string // of the corpus
	Language  string // of the texts
	Synthetic bool
	Facts     [][2]string // about the run: what, and its value
	Rounding  []string    // what rounding the weights changes, a paragraph each
	Citation  string

	Models     []Model // the right's, the left's, and the base if it is to be there
	Tokenizer  *bpe.Tokenizer
	Before     model.Before
	Settings   model.Settings // with which a reader begins
	Beginnings []string       // for the reader to take
	Judgement  Judgement
	HideNames  bool // of accounts, in what models write
}

// Model is one model of the page.
type Model struct {
	Name    string // Right, Left or Base
	Label   string // of its side
	Title   string
	Weights *int8.Weights
}

// Judgement is what the lean of a text is judged by.
type Judgement struct {
	// Scale is what bits are multiplied by so that they may be read as odds.
	Scale float64 `json:"scale"`
	// Strongest is how many scaled bits give a word all of its colour.
	Strongest float64 `json:"strongest"`
	// Bins say how often such probabilities were right, from the least up.
	Bins []Bin `json:"bins"`
	// Unlike are the bits per byte under the base from which on a text is unlike the corpus.
	Unlike float64 `json:"unlike"`
	// Shortest is how many words the texts had at least.
	Shortest int `json:"shortest"`
}

// Bin are texts of known side with neighbouring probabilities of the right.
type Bin struct {
	Greatest float64 `json:"greatest"` // of their probabilities
	N        int     `json:"n"`
	Share    float64 `json:"share"` // of the right's among them
	Low      float64 `json:"low"`   // interval of the share
	High     float64 `json:"high"`
}

// data is what page.js reads.
type data struct {
	Language string         `json:"language"`
	Hide     bool           `json:"hide_names"`
	Citation string         `json:"citation"`
	Models   []dataModel    `json:"models"`
	Before   model.Before   `json:"before"`
	Settings model.Settings `json:"settings"`
	Prompts  []string       `json:"prompts"`
	Judged   Judgement      `json:"judged"`
}

type dataModel struct {
	Name   string      `json:"name"`
	Label  string      `json:"label"`
	Title  string      `json:"title"`
	Config config.GPT2 `json:"config"`
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
	//go:embed worker.js
	workerJS string
)

var page = template.Must(template.New("page").Parse(pageHTML))

// Write writes the page.
func (p Page) Write(w io.Writer, program *Program) error {
	if err := p.write(w, program); err != nil {
		return fmt.Errorf("making the playground: %w", err)
	}
	return nil
}

func (p Page) write(w io.Writer, program *Program) error {
	blocks, err := p.blocks(program)
	if err != nil {
		return err
	}
	labels := map[string]string{}
	for _, m := range p.Models {
		labels[m.Name] = m.Label
	}
	first := ""
	if len(p.Beginnings) > 0 {
		first = p.Beginnings[0]
	}
	_, hasBase := labels[Base]
	return page.Execute(w, struct {
		Page
		Policy      template.HTML // of characters that an attribute may hold
		CSS         template.CSS
		JS          template.JS
		Blocks      template.HTML
		Right, Left string
		First       string
		Positions   int
		HasBase     bool
	}{
		Page: p, Policy: template.HTML(policy()), CSS: template.CSS(pageCSS), JS: template.JS(pageJS), Blocks: blocks,
		Right: labels[Right], Left: labels[Left], First: first, HasBase: hasBase,
		Positions: p.Models[0].Weights.Config.NPositions,
	})
}

// policy lets the page run its own script, with its program in workers, and nothing else:
// no address can be loaded, nothing sent.
func policy() string {
	return "default-src 'none'; script-src " + hash(pageJS) + " 'wasm-unsafe-eval'; style-src " + hash(pageCSS) +
		"; worker-src blob:; base-uri 'none'; form-action 'none'"
}

// hash names a script or style sheet in the policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// blocks are the page's data, as scripts that no browser runs.
func (p Page) blocks(program *Program) (template.HTML, error) {
	d := data{
		Language: p.Language, Hide: p.HideNames, Citation: p.Citation, Before: p.Before, Settings: p.Settings, Prompts: p.Beginnings, Judged: p.Judgement,
	}
	var out bytes.Buffer
	packed := func(id string, write func(w io.Writer) error) error {
		fmt.Fprintf(&out, "<script type=\"application/octet-stream\" id=%q>", id)
		encoded := base64.NewEncoder(base64.StdEncoding, &out)
		compressed, err := gzip.NewWriterLevel(encoded, gzip.BestCompression)
		if err != nil {
			return err
		}
		if err := write(compressed); err != nil {
			return err
		}
		if err := compressed.Close(); err != nil {
			return err
		}
		if err := encoded.Close(); err != nil {
			return err
		}
		out.WriteString("</script>\n")
		return nil
	}
	plain := func(data ...[]byte) func(w io.Writer) error {
		return func(w io.Writer) error {
			_, err := w.Write(bytes.Join(data, []byte("\n")))
			return err
		}
	}
	parts := []struct {
		id    string
		write func(w io.Writer) error
	}{
		{"program", plain(program.WASM)}, {"worker", plain(program.Exec, []byte(workerJS))},
		{"licence-data", plain(program.Licences)}, {"tokenizer", p.Tokenizer.Write},
	}
	for _, m := range p.Models {
		d.Models = append(d.Models, dataModel{m.Name, m.Label, m.Title, m.Weights.Config})
		parts = append(parts, struct {
			id    string
			write func(w io.Writer) error
		}{"weights-" + m.Name, m.Weights.Write})
	}
	text, err := json.Marshal(d) // which writes < as \u003c
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&out, "<script type=\"application/json\" id=\"data\">%s</script>\n", text)
	for _, part := range parts {
		if err := packed(part.id, part.write); err != nil {
			return "", err
		}
	}
	return template.HTML(out.String()), nil
}
