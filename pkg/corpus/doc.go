// Package corpus makes data sets of tweets: it chooses the tweets of a side,
// splits them into training and test, writes them as the study's text files,
// and cuts token ids into blocks and batches.
//
// Tweets and token ids flow in, text files and batches flow out.
package corpus
