package tweets

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

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

// container is what a format's files are: JSON, CSV or Parquet.
func container(format string) string {
	switch format {
	case FormatRtweet, FormatCSV:
		return "CSV"
	case FormatParquet:
		return "Parquet"
	}
	return "JSON"
}

// settle returns the format of a file: the one that was found or, where one is
// asked for, that one, which must be of the same container.
func (o *Options) settle(name, found string) (string, error) {
	if o.Format == "" {
		return found, nil
	}
	if container(o.Format) != container(found) {
		return "", fmt.Errorf("%s: holds %s, not %s as format = %q has it: correct format, or take it away so that the format is found out",
			name, container(found), container(o.Format), o.Format)
	}
	return o.Format, nil
}

func checkFormat(format string) error {
	if format != "" && !slices.Contains(Formats(), format) {
		return fmt.Errorf("format: none is called %q; there are %s", format, strings.Join(Formats(), ", "))
	}
	return nil
}

// jsonFormat finds out the format by the names of the first object's fields. The
// data may be cut off anywhere. Columns that were given are those of plain JSON.
func (o *Options) jsonFormat(data []byte) string {
	if len(o.Columns) > 0 {
		return FormatJSON
	}
	names := make(map[string]bool)
	s := jsonScanner{data: bytes.TrimLeft(data, "[ \t\r\n")}
	// Where it is cut off, what came before is enough.
	_ = s.object(func(key []byte) error {
		names[string(key)] = true
		return s.skip(0)
	})
	has := func(of ...string) bool {
		return slices.ContainsFunc(of, func(name string) bool { return names[name] })
	}
	switch {
	case has("screen_name", "quoted_text", "retweeted_text"):
		return FormatJSON
	case has("data", "includes", "meta") && !has("text"), has("author_id", "edit_history_tweet_ids", "referenced_tweets", "public_metrics"):
		return FormatTwitterV2
	case has("_type", "rawContent", "renderedContent"), has("content") && has("user"):
		return FormatSnscrape
	case has("user") && has("text", "full_text"):
		return FormatTwitterV1
	}
	return FormatJSON
}

// csvFormat finds out the format by the header.
func csvFormat(header []csvField) string {
	for _, field := range header {
		switch string(field.value) {
		case "status_id", "is_retweet", "mentions_screen_name", "in_reply_to_screen_name", "display_text_width":
			return FormatRtweet
		}
	}
	return FormatCSV
}
