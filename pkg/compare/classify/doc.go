// Package classify learns to tell by a text's words which of two sides it belongs to.
//
// In: texts of both sides and an engine. Out: a [compare.Classifier], which needs none to
// score other texts.
package classify
