// Package parquet stores word vectors in Parquet files.
//
// In: a [vectors.Model], saved as a file with the columns word, count and vector (a list of
// floats), the most frequent word first. Out: the model again, counts included, which the
// formats of package vectors have no place for. It is a separate package so that programs
// that only query a model do not link a Parquet library.
package parquet
