// Package score has models read texts, for package compare to say in what they differ.
//
// In: GPT-2 models with their encodings ([Model]), texts and an engine. Out: plain data of
// package compare: how well each model predicts each text ([Perplexities]), each tweet
// ([Texts]) and each token ([Tokens]), and what weights in int8 change of that
// ([Rounding]).
package score
