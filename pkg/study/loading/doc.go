// Package loading is the study's first notebook: the tweets of a corpus, read, cleaned and joined
// with their accounts ([Load]), and those of each side ([ChooseSides]). [CheckInputs] says before
// a run what it would stumble over.
//
// In: a run, of whose corpus folder it reads accounts.csv and tweets/. Out: tweets.parquet,
// load.json and a Parquet file for each side, and what is shown of them.
package loading
