// Package parquet keeps the vectors of words as Parquet files.
//
// In: a [vectors.Model], saved as a file with the columns word, count and vector (a
// list of floats), the most frequent word first. Out: the model again, counts included,
// which the formats of package vectors have no place for. It stands apart so that whoever
// only asks a model does not link a Parquet library.
package parquet
