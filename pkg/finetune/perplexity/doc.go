// Package perplexity holds the options and the result of measuring a text's perplexity. It
// needs no engine, so that programs that only show results do not link one.
//
// In: the [Options] of a sliding window. Out: the [Result] of a text, which is kept as
// JSON.
package perplexity
