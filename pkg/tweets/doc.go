// Package tweets reads the accounts and the tweets of a corpus and takes them
// through the study's steps: read, drop duplicates, keep originals, keep the
// date window, join with the accounts, clean, keep those with enough tokens.
//
// In: accounts.csv and tweet files, JSON or CSV, plain or compressed. Out: the
// surviving tweets, the rows left after each step, and the records that could
// not be read. WriteParquet and ReadParquet keep the survivors as the study did.
//
// # Formats
//
// A file is known by its content, not its name:
//
//   - JSON: one object on each line, or one array of objects, with the study's
//     fields created_at, id_str, screen_name, text, quoted_text, retweeted_text,
//     hashtags and mentions. Other fields (NLP_FEATURES, counts) are passed over.
//     A tweet is original if quoted_text and retweeted_text are empty.
//   - CSV as R's rtweet writes it: a header, quoted fields that may hold line
//     ends, an unquoted NA for a missing value. A retweet is one whose text
//     begins with "RT @", or whose retweeted_text or quoted_text, where the file
//     has such columns, is not empty.
//
// Each may lie in gzip or zip. Dates are the study's 2020/10/13 22:15:00 (taken
// as UTC), RFC 3339, R's 2020-10-13 22:15:00 (UTC) or Twitter's Tue Oct 13
// 22:15:00 +0000 2020.
//
// # Rules of the steps
//
//   - distinct: of records with the same id the first is kept, in the order of
//     files and lines. Files stand in the order in which Options.Tweets lists their
//     folders; within a folder paths are compared name by name, each name byte by
//     byte. (In Spark: the least of split(path below the folder, "/"), then
//     _metadata.file_block_start, then monotonically_increasing_id().) Ids are
//     compared as numbers, so 9.5e3 and 9500 are one id.
//   - window: newer than the newest original tweet less Days times 24 hours.
//   - joined: screen_name is that of an account. Twitter does not distinguish
//     case in names, so neither does the join; spelling then follows the account.
//   - not_blank: text_clean is the text without every https?://t\.co/\w* and then
//     without white space at its ends. The study's text speaks of the removal
//     alone, and calls empty what has no visible text left; trimming makes that
//     so and keeps a link at the beginning from counting as an empty token.
//   - min_tokens: more than MinTokens tokens by text.Count.
//
// # Memory
//
// What Load and LoadFile hold in memory does not grow with the corpus, but for
// Load's result. Records are spilled to a temporary file as they are read, in as
// many parts, by id, as make each part small; a part is read into memory to drop
// its copies and to order its originals, and the parts are then merged. Large
// files of JSON lines are read in pieces, so that one file keeps every processor
// busy.
//
// # Untrusted input
//
// Lines, CSV records, decompressed sizes and the number of reported malformed
// records are bounded by named constants; excerpts in messages are escaped.
package tweets
