package perplexity

// Options say how the window slides over the text. The zero value is the model's
// positions, half of which are context.
type Options struct {
	Window    int `json:"window"`     // tokens that the model sees at once (default: its positions)
	Stride    int `json:"stride"`     // tokens from one window to the next (default: half the window)
	BatchSize int `json:"batch_size"` // windows scored at once (default 8); it does not change the result

	// Bytes is the length of the text in bytes, for BitsPerByte; 0 if not known.
	Bytes int `json:"-"`
}
