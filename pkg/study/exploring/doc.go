// Package exploring is the study's second notebook: what the tweets hold, without any language
// model. N-grams and the plane in which word2vec puts the parties ([VectorsOf], [SeparationOf],
// [NgramsOf]), hashtags over time ([TagsOf]) and who mentions whom ([MentionsOf]).
//
// In: loaded tweets. Out: vectors/, ngrams.json, separation.json, tags.json, mentions.json, and
// what is shown of them.
package exploring
