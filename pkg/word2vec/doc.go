// Package word2vec learns a vector for every frequent word of a text, so that
// words used in similar surroundings get similar vectors: skip-gram with
// hierarchical softmax or negative sampling, trained with GoMLX.
//
// In: sentences as lists of tokens, and an engine. Out: a [vectors.Model] with a vector
// for each word, which needs none to be asked, compared and kept.
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
// What is matched in detail is the behaviour of Spark ML's Word2Vec with one
// partition: words below MinCount vanish before windows are laid, the window is
// shrunk at random for every position, sentences are cut at MaxSentenceLength, the
// learning rate falls every 10,000 words, predictions with |u·h| ≥ 6 are left
// alone, the word vectors start uniform in ±½/VectorSize and the node vectors at
// zero. Random numbers are our own, so vectors differ from Spark's as they do
// between two of its seeds. Negative sampling (Options.Negative) and the thinning
// out of frequent words (Options.Sample), which Spark lacks, are those of word2vec.c
// and gensim.
//
// # Batches
//
// Gradients of many pairs taken at the same vectors and then summed are not what
// the definition asks for: the effect of one pair on the next, which ties the words
// of a window together, is lost. The device therefore loops over micro-batches of
// up to 10 positions (about 50 pairs of words, 500 of words and nodes), a thousand of
// them in a call, and the graph accounts for what pairs of a micro-batch do to each
// other on average. A micro-batch names each word and node once, so that all of its
// pairs are one small matrix product. While the device works on a batch, the next is
// filled. The tests hold the result against a plain program that trains one pair
// after the other.
//
// Up to 8 dimensions, and where the engine compiles loops whole
// ([backend.WholeLoops]), the loop is written so that it becomes one kernel: products
// by sums, rows added one by one. Calling kernels takes most of the time otherwise.
// Micro-batches are then smaller, since there is nothing to save by larger ones.
package word2vec
