// Package perplexity says how the perplexity of a text is measured and what came of it,
// without the engine that runs the model: so whoever only shows it links none.
//
// In: the [Options] of a sliding window. Out: the [Result] of a text, which is kept as
// JSON.
package perplexity
