// Package vectors holds word vectors and answers questions about them: which words are
// close to each other, and how two models differ.
//
// In: words with their counts and vectors, from whoever trained them ([Builder]), or files
// in the text and binary formats of word2vec and gensim ([LoadText], [LoadBinary]). Out: a
// [Model] with a vector for each word, and [Model.DocumentMean], the vector of a text;
// saved in the same formats ([Model.SaveText], [Model.SaveBinary]). [Model.Nearest] and
// [Model.Analogy] query one model; [Align] and [Alignment.Usages] compare two.
//
// Nothing here needs an engine: package word2vec trains models, and package parquet saves
// them with their counts.
package vectors
