// Package spark takes tweets through the study's steps on a Spark cluster, for a
// corpus that has outgrown one machine. It does what File of pkg/tweets/load does,
// with the same steps, counts and rows: the file that it writes is the same, byte
// for byte.
//
// In: the address of a Spark Connect server (Spark 4.0 or later), accounts.csv,
// and the tweets' folder as the cluster sees it. Out: the survivors as a Parquet
// file on this machine, the rows left after each step, what was dropped, and the
// records that could not be read.
//
// # How
//
// There is no maintained Go client for Spark Connect. Spark's own client, in the
// Python environment that scripts/setup --spark makes, runs load.py, which says
// what is wanted in Spark's own expressions: the cluster needs no Python. The two
// talk in lines of JSON. The survivors, a small part of the corpus, come home over
// the same connection, in their order and a piece at a time, and are written here
// by WritePieces of pkg/tweets/parquet; so it makes no difference where the cluster
// runs and what disks it has.
//
// # Where it differs from the embedded loader
//
//   - Only tweets.FormatJSON is read, and only as lines, plain or with gzip. A
//     folder that holds CSV, Parquet or zip files is refused; in an array, or in
//     objects with other fields, every line counts as malformed.
//   - The options that the study did without are refused, save From and To.
//   - gzip is known by the file's name (.gz), and what it unpacks to is not bounded.
//   - A byte order mark is passed over on any line of a file's first block.
//   - A corpus without dates is refused: every record counts as malformed.
//   - The examples of what was dropped are others.
//
// # Untrusted input
//
// What comes from the cluster is bounded in length, and escaped where it is shown
// in a message.
package spark
