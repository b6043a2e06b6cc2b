// Package load reads the accounts and the tweets of a corpus and takes them
// through the study's steps: read, drop duplicates, keep originals, keep the date
// window, join with the accounts, clean, keep those with enough tokens.
//
// In: accounts.csv and tweet files, JSON, CSV or Parquet, plain or compressed, and
// tweets.Options. Out: the surviving tweets, in memory (Tweets) or in a Parquet file
// as the study kept them (File), the rows left after each step with examples of what
// was dropped, and the records that could not be read. Sample does the same with a
// few records.
//
// In this comment Options and Result are those of package tweets.
//
// # Formats
//
// A file is known by its content, not its name, unless Options.Format says what
// all of them are; Result.Format says what they were taken for.
//
//   - json: one object on each line, or one array of objects, with the study's
//     fields created_at, id_str, screen_name, text, quoted_text, retweeted_text,
//     hashtags and mentions, or others that Options.Columns names. Other fields
//     (NLP_FEATURES, counts) are passed over. A tweet is original if quoted_text
//     and retweeted_text are empty.
//   - twitter-v1: JSON of Twitter's API 1.1, as twarc writes it. A retweet has
//     retweeted_status; a quote has quoted_status or is_quote_status. The text is
//     extended_tweet.full_text, full_text or text, the first that is there.
//   - twitter-v2: JSON of the API 2, as twarc2 writes it, a tweet with its author
//     or a whole response on each line. Retweets and quotes are those that
//     referenced_tweets calls so. The text is that of note_tweet, or text.
//   - snscrape: JSON lines; retweetedTweet and quotedTweet tell.
//   - rtweet: CSV with a header, quoted fields that may hold line ends, an unquoted
//     NA for a missing value. A retweet is one whose text begins with "RT @", or
//     that a column marks: is_retweet, retweet_text, retweeted_text, likewise
//     is_quote and quoted_text.
//   - csv, parquet: the same with any column names, which Options.Columns gives
//     where they are not known ones. Ids and dates in Parquet may be texts, numbers
//     or timestamps.
//
// JSON and CSV may lie in gzip or zip.
//
// Dates are the study's 2020/10/13 22:15:00, RFC 3339 and its kin, Twitter's Tue
// Oct 13 22:15:00 +0000 2020, or seconds or milliseconds since 1970; those
// without a zone are in Options.TimeZone. A corpus of which no record at all has a
// date is one without times, of which no window can be asked for; where some have
// one, those that do not are malformed.
//
// Ids are whole numbers of up to 64 bits. Those that a spreadsheet or R wrote as
// 9.2305013341525606e+17 are read, though their last digits are lost, and counted
// in Result.RoundedIDs; 1.23457E+18 has lost too many and is malformed.
//
// # Rules of the steps
//
//   - distinct: of records with the same id the first is kept, in the order of
//     files and lines. Files stand in the order in which Options.Tweets lists their
//     folders; within a folder paths are compared name by name, each name byte by
//     byte. (In Spark: the least of split(path below the folder, "/"), then
//     _metadata.file_block_start, then monotonically_increasing_id().) Ids are
//     compared as numbers, so 9.5e3 and 9500 are one id.
//   - window: newer than the newest original tweet less Days times 24 hours; and
//     from From to before To, which the study did without.
//   - language, only if Languages are given: in one of them.
//   - joined: screen_name is that of an account; only with DropAuthorless may a
//     record have none, and is dropped here. Twitter does not distinguish
//     case in names, so neither does the join; spelling then follows the account.
//   - not_blank: text_clean is the text without every https?://t\.co/\w* and then
//     without white space at its ends. The study's text speaks of the removal
//     alone, and calls empty what has no visible text left; trimming makes that
//     so and keeps a link at the beginning from counting as an empty token.
//   - min_tokens: more than MinTokens tokens by text.Count.
//   - near_copies, only if NearCopies is set: of the tweets with one wording the
//     first is kept, by time, then id. A tweet's wording is its words, without
//     those that begin with @, http:// or https://, in lower case, of which only
//     letters and digits are left.
//
// # Memory
//
// What is held in memory does not grow with the corpus, but for what Tweets
// returns. Records are spilled to a temporary file as they are read, in as
// many parts, by id, as make each part small; a part is read into memory to drop
// its copies and to order its originals, and the parts are then merged. Large
// files of JSON lines are read in pieces, so that one file keeps every processor
// busy.
//
// # Untrusted input
//
// Lines, CSV records, depths of JSON, decompressed sizes and the number of reported
// malformed records are bounded by named constants; excerpts in messages are escaped.
package load
