// Package word2vec learns a vector for every frequent word of a text, so that
// words used in similar surroundings get similar vectors: skip-gram with
// hierarchical softmax or negative sampling, trained with GoMLX.
//
// In: sentences as lists of tokens, and an engine. Out: a [vectors.Model] with a vector for
// each word, which can be queried, compared and saved without an engine.
//
// # The method
//
// The definition is that of Mikolov, Chen, Corrado and Dean, "Efficient Estimation
// of Word Representations in Vector Space" (2013), and Mikolov, Sutskever, Chen,
// Corrado and Dean, "Distributed Representations of Words and Phrases and their
// Compositionality" (2013). For every position of the text, the vector of each
// word in a window around it is trained to predict the word at the position. The
// prediction goes down a Huffman tree over the word counts: at each inner node on
// the path to the word, σ(u·h) is the probability of taking branch 0, where h is
// the context word's vector and u that of the node. Only the vectors of the words
// are kept.
//
// What is matched in detail is the behaviour of Spark ML's Word2Vec with one partition:
// words below MinCount are dropped before windows are formed, the window is shrunk at
// random for every position, sentences are cut at MaxSentenceLength, the learning rate
// falls every 10,000 words, predictions with |u·h| ≥ 6 are left alone, the word vectors
// start uniform in ±½/VectorSize and the node vectors at zero. Random numbers are our own,
// so vectors differ from Spark's as much as Spark's own do between two seeds. Negative
// sampling (Options.Negative) and subsampling of frequent words (Options.Sample), which
// Spark lacks, follow word2vec.c and gensim.
//
// # Batches
//
// Summing the gradients of many pairs, all taken at the same vectors, is not what the
// definition asks for: it loses the effect of one pair on the next, which ties the words of
// a window together. The device therefore loops over micro-batches of up to 10 positions
// (about 50 pairs of words, 500 of words and nodes), a thousand of them per call, and the
// graph accounts for the average effect of a micro-batch's pairs on each other. A
// micro-batch names each word and node once, so that all of its pairs are one small matrix
// product. The next batch is filled while the device works on the current one. The tests
// compare the result with a plain program that trains one pair after the other.
//
// With up to 8 dimensions, and an engine that compiles whole loops ([backend.WholeLoops]),
// the loop is written so that it becomes one kernel: products as sums, rows added one by
// one. Otherwise launching kernels would take most of the time. Micro-batches are then
// smaller, since larger ones would save nothing.
package word2vec
