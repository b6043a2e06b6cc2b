// Package generate continues texts with a GPT-2: greedily, by sampling, by beam
// search or by both at once, through a chain of processors that reshape the scores
// of the next token.
//
// In: a model's configuration and what starts decoding with it, a tokenizer, prompts and
// [Options]. Out: texts, each with its tokens and why it ended. Whether an engine computes
// is the decoder's affair: this package links none.
//
// Options have the names and meanings that they have in Hugging Face transformers,
// and each processor does what its namesake there does. The chain has transformers'
// order: repetition penalty, no repeated n-grams, bad words, minimum length or
// minimum of new tokens, [Options.Processors]; then, when sampling, temperature, top-k,
// top-p, typical-p.
// Greedy and beam search give the texts that transformers gives, token for token;
// what is sampled does, if the same is drawn. With [Options.Compat] that is the
// release with which the study of 2020 generated, which went about it in another
// way.
//
// The draws of a text depend on the seed, the prompt and the text's own number, and
// on nothing else: not on what is generated beside it. (The scores can differ in
// the last digits between batch sizes and engines, so that a draw that falls on the
// very edge between two tokens may go the other way.)
package generate
