package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// container is what a format's files are: JSON, CSV or Parquet.
func container(format string) string {
	switch format {
	case tweets.FormatRtweet, tweets.FormatCSV:
		return "CSV"
	case tweets.FormatParquet:
		return "Parquet"
	}
	return "JSON"
}

// settle returns the format of a file: the one that was found or, where one is
// asked for, that one, which must be of the same container.
func settle(name, found, asked string) (string, error) {
	if asked == "" {
		return found, nil
	}
	if container(asked) != container(found) {
		return "", fmt.Errorf("%s: holds %s, not %s as format = %q has it: correct format, or take it away so that the format is found out",
			name, container(found), container(asked), asked)
	}
	return asked, nil
}

func checkFormat(format string) error {
	if format != "" && !slices.Contains(tweets.Formats(), format) {
		return fmt.Errorf("format: none is called %q; there are %s", format, strings.Join(tweets.Formats(), ", "))
	}
	return nil
}

// jsonFormat finds out the format by the names of the first object's fields. The
// data may be cut off anywhere. Columns that were given are those of plain JSON.
func jsonFormat(data []byte, columns map[string]string) string {
	if len(columns) > 0 {
		return tweets.FormatJSON
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
		return tweets.FormatJSON
	case has("data", "includes", "meta") && !has("text"), has("author_id", "edit_history_tweet_ids", "referenced_tweets", "public_metrics"):
		return tweets.FormatTwitterV2
	case has("_type", "rawContent", "renderedContent"), has("content") && has("user"):
		return tweets.FormatSnscrape
	case has("user") && has("text", "full_text"):
		return tweets.FormatTwitterV1
	}
	return tweets.FormatJSON
}

// csvFormat finds out the format by the header.
func csvFormat(header []record.Field) string {
	for _, field := range header {
		switch string(field.Value) {
		case "status_id", "is_retweet", "mentions_screen_name", "in_reply_to_screen_name", "display_text_width":
			return tweets.FormatRtweet
		}
	}
	return tweets.FormatCSV
}
