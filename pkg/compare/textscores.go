package compare

// TextScore is how well a model predicts one text.
type TextScore struct {
	Tokens int     `json:"tokens"` // scored
	Bytes  int     `json:"bytes"`  // of the scored tokens
	NLL    float64 `json:"nll"`    // sum of their negative log-likelihoods, in nats
}

// TokenScores is how well a model predicts each token of one text.
type TokenScores struct {
	TextScore
	Pieces []string  // the bytes of each scored token, see [lean.Words]
	NLLs   []float32 // of each, in nats: they add up to NLL
}
