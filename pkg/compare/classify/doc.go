// Package classify learns to tell by their words which of two sides texts are of.
//
// In: texts of both sides and an engine. Out: a [compare.Classifier], which needs none to
// score other texts.
package classify
