package perplexity

// Result says how well a model predicts a text.
type Result struct {
	Tokens     int     `json:"tokens"`     // tokens of the text
	Scored     int     `json:"scored"`     // tokens that were predicted
	NLL        float64 `json:"nll"`        // sum of their negative log-likelihoods, in nats
	Perplexity float64 `json:"perplexity"` // exp(NLL/Scored)

	// Perplexity2020 is what the study's code gives: exp(Σ loss·target/end), where a
	// window's loss is the mean over its predicted tokens and target counts also a
	// first token that nothing predicts.
	Perplexity2020 float64 `json:"perplexity_2020"`

	// BitsPerByte compares models with different vocabularies: the mean of the
	// scored tokens in bits, times all tokens, divided by the text's bytes.
	// 0 if the bytes are not known.
	BitsPerByte float64 `json:"bits_per_byte,omitempty"`
}
