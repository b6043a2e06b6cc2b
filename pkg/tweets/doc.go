// Package tweets defines what a corpus of tweets is: its accounts and tweets, the options
// of a load (Options) and what it finds (Result), and the names of the formats, columns,
// steps and reasons that appear in both.
//
// In: accounts.csv (ReadAccounts), the folders in which tweets lie (Files), and files of
// rows that WriteRows wrote (ReadRows). Out: values of the package's types. Packages load,
// which reads tweets, and parquet, which stores them, are below this one.
//
// They are separate because a program that shows results is linked for each cell of a
// notebook, and the readers of JSON and Parquet take long to link; nothing here needs them.
package tweets
