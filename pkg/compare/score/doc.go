// Package score scores texts with models, for package compare to say how they differ.
//
// In: GPT-2 models with their encodings ([Model]), texts and an engine. Out: plain data of
// package compare: how well each model predicts each text ([Perplexities]), each tweet
// ([Texts]) and each token ([Tokens]), and how int8 weights change that ([Rounding]).
package score
