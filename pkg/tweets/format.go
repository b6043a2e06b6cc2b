package tweets

// Names of the formats that tweets come in.
const (
	FormatJSON      = "json"       // the study's, or any objects with columns named in Options.Columns
	FormatTwitterV1 = "twitter-v1" // JSON of Twitter's API 1.1, as twarc writes it
	FormatTwitterV2 = "twitter-v2" // JSON of Twitter's API 2, as twarc2 writes it, flattened or not
	FormatSnscrape  = "snscrape"   // JSON lines of snscrape
	FormatRtweet    = "rtweet"     // CSV as R's rtweet writes it
	FormatCSV       = "csv"        // any other CSV
	FormatParquet   = "parquet"
)

// Formats lists the names of all formats.
func Formats() []string {
	return []string{FormatJSON, FormatTwitterV1, FormatTwitterV2, FormatSnscrape, FormatRtweet, FormatCSV, FormatParquet}
}
