// Package study is what the notebooks call: it knows the steps of the study,
// the recipes, and where each artifact lies.
//
// A corpus folder (accounts, tweets and study.toml) goes in; a run folder,
// runs/<name>, comes out, with every artifact under a plain name:
//
//	run.json                      what was run, on what
//	tweets.parquet                the clean tweets joined with their accounts
//	vectors/{1,2,3}-gram.parquet  word2vec of two dimensions
//	vectors/{1,2,3}-gram.json     where it puts parties and coalitions
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
//
// GoNB runs each cell as a program of its own, so nothing lives in memory
// between cells: a step whose inputs, settings and code version are unchanged
// returns at once from its artifacts, and an interrupted one resumes. Within one program what
// was read of a step is remembered: a cell asks for the same ones many times.
//
// What a reader of the notebooks sees is in Spanish; everything else is in
// English. The study's published figures are in published.go and are always
// shown as the study's.
package study
