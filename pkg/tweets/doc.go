// Package tweets says what a corpus of tweets is: its accounts and tweets, what a
// load is asked (Options) and what it finds (Result), and the names of formats,
// columns, steps and reasons that both speak of.
//
// In: accounts.csv (ReadAccounts), the folders in which tweets lie (Files), and files
// of rows that WriteRows wrote (ReadRows). Out: values of the package's types. Tweets
// themselves are read by package load, and kept in Parquet by package parquet, below
// this one.
//
// They are apart because programs that show results are linked anew for each cell of
// a notebook: what reads JSON and Parquet takes long to link, so nothing here needs
// it.
package tweets
