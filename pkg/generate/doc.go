// Package generate continues texts with a GPT-2: greedily, by sampling, by beam
// search or by both at once, through a chain of processors that reshape the scores
// of the next token.
//
// In: a model's configuration and what starts decoding with it, a tokenizer, prompts and
// [Options]. Out: texts, each with its tokens and why it ended. Whether an engine is used
// is up to the decoder: this package links none.
//
// Options have the names and meanings that they have in Hugging Face transformers, and each
// processor does what its namesake there does. The chain has transformers' order:
// repetition penalty, no repeated n-grams, bad words, minimum length or minimum of new
// tokens, [Options.Processors]; then, when sampling, temperature, top-k, top-p, typical-p.
// Greedy and beam search give the same texts as transformers, token for token, and so does
// sampling given the same draws. With [Options.Compat] they match the release that the
// study of 2020 used, which worked differently.
//
// The draws of a text depend only on the seed, the prompt and the text's own number, not on
// what is generated beside it. (Scores can differ in the last digits between batch sizes
// and engines, so a draw right on the edge between two tokens may go the other way.)
package generate
