// Package record cuts text into records: lines, and those of CSV.
//
// In: a buffered reader. Out: one record after the other, each of bounded length and
// with the number of its line, and what is wrong with those that are malformed.
package record
