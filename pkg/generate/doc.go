// Package generate continues texts with a GPT-2: greedily or by sampling, through
// a chain of processors that reshape the scores of the next token.
//
// In: a model, a tokenizer, prompts and [Options]. Out: texts, each with its
// tokens and why it ended.
//
// Each processor does what its namesake in Hugging Face transformers does, and the
// chain has transformers' order: repetition penalty, no repeated n-grams, bad
// words, minimum length, minimum of new tokens; then, when sampling, temperature,
// top-k, top-p.
//
// The draws of a text depend on the seed, the prompt's place in the list and the
// text's own number, and on nothing else: not on what is generated beside it. (The
// scores can differ in the last digits between batch sizes and engines, so that a
// draw that falls on the very edge between two tokens may go the other way.)
package generate
