// Package text turns a tweet's text into tokens exactly as the study's Spark
// pipeline did: Tokenize (Spark ML's Tokenizer), RemoveStopWords
// (StopWordsRemover with the default Spanish list) and NGrams (NGram).
//
// In: strings, usually Tweet.TextClean of package tweets. Out: lists of tokens
// for word2vec and for the count of tokens by which tweets are kept.
//
// # Faithfulness
//
// Spark runs on Java, so the reference is Java's String: toLowerCase with the
// root locale, and split with the pattern \s. testdata/tokenizer.json was written
// by a Java 17 program. Two differences remain: 40 letters that came into Unicode
// after version 13, Java 17's, are lower-cased here; and whether a sigma ends a
// word is judged by Unicode's rule, where Java also consults its word breaks.
//
// # Stop words
//
// stopwords_es.txt is the file
// org/apache/spark/ml/feature/stopwords/spanish.txt of Apache Spark's mllib
// (version 4.3.0, Apache License 2.0), unchanged, odd spellings included. Spark
// took it from the Snowball project (BSD licence) by way of NLTK.
package text
