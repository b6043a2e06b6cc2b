// Package corpus makes data sets of tweets: it chooses the tweets of a side,
// splits them into training and test, writes them as text files, turns these into
// tokens and cuts those into blocks and batches.
//
// A tweet is a line of the file and a unit of the tokens, set apart by the
// end-of-text token. What ends in 2020 does as the study did, which joined tweets by two
// blanks.
//
// Tweets and token ids flow in, text files and batches flow out.
package corpus
