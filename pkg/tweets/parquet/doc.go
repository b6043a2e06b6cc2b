// Package parquet keeps tweets in Parquet, with the columns of the study's checkpoint.
//
// In: tweets, all at once or in pieces. Out: a file that other tools read, whole or
// not at all, the same bytes for the same rows; and the tweets again.
package parquet
