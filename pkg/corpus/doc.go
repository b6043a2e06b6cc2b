// Package corpus makes data sets of tweets: it chooses the tweets of a side,
// splits them into training and test, writes them as text files, turns these into
// tokens and cuts those into blocks and batches.
//
// Each tweet is one line of the file and, in tokens, is delimited by the end-of-text token.
// Functions whose names end in 2020 do as the study did, which joined tweets with two
// spaces.
//
// In: tweets and token ids. Out: text files and batches.
package corpus
