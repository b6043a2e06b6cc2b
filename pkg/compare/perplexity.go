package compare

import "github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"

// PerplexityTable says how well each model predicts each text. Its JSON is what
// a run folder keeps.
type PerplexityTable struct {
	Models []string     `json:"models"`
	Texts  []TextCounts `json:"texts"`
	Window int          `json:"window"`
	Stride int          `json:"stride"`
	// Cells[i][j] is model i on text j.
	Cells [][]perplexity.Result `json:"cells"`
	// Best[j] is the index of the model that predicts text j best: with the fewest
	// bits per byte, which are comparable also where vocabularies differ.
	Best []int `json:"best"`
}

// TextCounts tell the size of a column's text. Its tokens depend on the model's
// vocabulary, and are in the cells.
type TextCounts struct {
	Name       string `json:"name"`
	Tweets     int    `json:"tweets"`
	Characters int    `json:"characters"`
	Bytes      int    `json:"bytes"`
}
