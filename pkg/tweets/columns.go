package tweets

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// aliases are, for each of our names, the file's names that are tried in turn
// when Options.Columns does not give one: the study's, rtweet's, and those of
// other tools' tables. Only in CSV and Parquet is more than the first tried.
var aliases = map[string][]string{
	"id_str":         {"id_str", "status_id", "id", "tweet_id"},
	"created_at":     {"created_at", "date"},
	"screen_name":    {"screen_name", "author.username", "username", "user.username"},
	"text":           {"text", "full_text", "rawContent", "content"},
	"lang":           {"lang"},
	"quoted_text":    {"quoted_text", "is_quote", "referenced_tweets.quoted.id", "quotedTweet"},
	"retweeted_text": {"retweeted_text", "retweet_text", "is_retweet", "referenced_tweets.retweeted.id", "retweetedTweet"},
	"hashtags":       {"hashtags"},
	"mentions":       {"mentions", "mentions_screen_name"},
}

// Columns lists our names of the fields, those that Options.Columns can give.
func Columns() []string { return slices.Sorted(maps.Keys(aliases)) }

// ColumnNames returns what each of our names may be called in a file, as Options.Columns
// gives it or, where it does not, the names that are tried in turn.
func ColumnNames(given map[string]string) (map[string][]string, error) {
	names := maps.Clone(aliases)
	for _, ours := range slices.Sorted(maps.Keys(given)) {
		if _, ok := aliases[ours]; !ok {
			return nil, fmt.Errorf("columns: no field is called %q; those that can be given are %s", Clip(ours, 60), strings.Join(Columns(), ", "))
		}
		if given[ours] == "" || strings.ContainsAny(given[ours], "\",`\n") {
			return nil, fmt.Errorf("columns: %q cannot be the file's name of %s", given[ours], ours)
		}
		names[ours] = []string{given[ours]}
	}
	return names, nil
}
