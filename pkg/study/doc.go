// Package study is what the notebooks call: [Open], and a method of [Study] for each step. The
// steps stand in the packages below it, in the order of the notebooks; each file says what a
// step makes, and the one beside it that ends in _show how that is shown:
//
//	loading    notebook 1: the tweets, read, cleaned and joined; which of them make a side
//	exploring  notebook 2: n-grams and their vectors, hashtags, mentions
//	modelling  notebooks 3 to 7 and 9: data sets, the base, fine-tuning, generated texts
//	comparing  notebook 8: what the models and the words tell of the sides
//
// In: what is to be studied, as [Options]. Out: results, plain values that can be looked into,
// whose methods return elements for [Show]. Package run is the run folder below all of them,
// package task what takes an engine, and package work what does it.
package study
