// Package classify learns to tell from their words which of two sides texts belong to.
//
// In: texts of both sides and an engine. Out: a [compare.Classifier], which needs none to
// score other texts.
package classify
