// Package run is a run of the study: its settings and recipe, and the folder in which its steps
// leave their results.
//
// In: a corpus folder (accounts, tweets and study.toml), a name and a recipe. Out: a run folder,
// runs/<name>, with every artifact under a plain name:
//
//	run.json                      what was run, on what
//	tweets.parquet                the clean tweets joined with their accounts
//	load.json                     what was read, what is left after each step, what was dropped
//	vectors/{1,2,3}-gram.parquet  word2vec of two dimensions
//	vectors/{1,2,3}-gram.json     where it puts parties and coalitions
//	vectors/lengths.json          of which lengths some n-grams are frequent
//	vectors/{derecha,izquierda}…  word2vec of each side
//	separation.json               how far the parties stand apart in it
//	ngrams.json                   the most frequent n-grams of each party
//	{tags,mentions}.json          hashtags and mentions of the sides over time; who mentions whom
//	{derecha,izquierda}.parquet   the tweets of each side
//	{derecha,izquierda,resto}/    train.txt, validation.txt and test.txt; in 2020/ as the study joined tweets
//	models/<recipe>/<model>/      Hugging Face layout and trainer_state.json
//	compare/<recipe>/             each tweet's and word's scores, and what the comparison measured of models
//	generated/<recipe>/           the texts that each model wrote, as JSON lines
//	compare/                      what it measured of words, and the classifier
//	probar.html                   the page in which readers try the models
//	figures.json                  every figure that a notebook shows
//	steps/                        what each finished step was made from, hashes of what
//	                              the first ones read, and locks
//	quick/                        copies of tweets and vectors that a cell reads in a moment
//	pictures/                     charts' still pictures, each drawn once
//	jobs/                         what workers are doing: see package job
//
// A step whose inputs, settings and code version are unchanged returns at once from its
// artifacts, and an interrupted one resumes: see [Run.Do] and [Cached]. GoNB runs each cell as a
// program of its own, so nothing lives in memory between cells; within one program what was read
// of a step is remembered, for a cell asks for the same ones many times. A process opened with
// [New] does no step itself, but has a worker do it: see [Have].
//
// The steps themselves, but for [About], stand in the packages below pkg/study. What a reader of
// the notebooks sees is in Spanish; everything else is in English. The published figures of the
// study of 2020 are in published.go, and are always shown as the study's.
package run
