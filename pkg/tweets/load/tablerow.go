package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// tableColumns are the places of our columns in a table; those that it does not
// have are -1.
type tableColumns struct {
	id, created, screenName, text, lang, hashtags, mentions int
	// Any that is there and not empty marks a retweet, or a quote.
	retweets, quotes []int
}

// required are the columns without which a file cannot be read.
var required = []string{"id_str", "screen_name", "text"}

// findColumns looks for our columns among a table's titles.
func findColumns(titles []string, names map[string][]string) (tableColumns, error) {
	all := func(ours string) (places []int) {
		for _, name := range names[ours] {
			if i := slices.Index(titles, name); i >= 0 {
				places = append(places, i)
			}
		}
		return places
	}
	first := func(ours string) int {
		if places := all(ours); len(places) > 0 {
			return places[0]
		}
		return -1
	}
	for _, ours := range required {
		if first(ours) < 0 {
			return tableColumns{}, fmt.Errorf("no column for %s (looked for %s) among %s; name it under [columns] in study.toml, as in %s = \"its name\"",
				ours, strings.Join(names[ours], ", "), tweets.Excerpt([]byte(strings.Join(titles, ", "))), ours)
		}
	}
	return tableColumns{
		id: first("id_str"), created: first("created_at"), screenName: first("screen_name"), text: first("text"),
		lang: first("lang"), hashtags: first("hashtags"), mentions: first("mentions"),
		retweets: all("retweeted_text"), quotes: all("quoted_text"),
	}, nil
}

// places are those of the columns that are read.
func (c *tableColumns) places() []int {
	all := slices.Concat([]int{c.id, c.created, c.screenName, c.text, c.lang, c.hashtags, c.mentions}, c.retweets, c.quotes)
	return slices.DeleteFunc(all, func(place int) bool { return place < 0 })
}

// marks tells whether there are columns that mark the rows of a kind.
func (c *tableColumns) marks(k kind) bool {
	return k == retweet && len(c.retweets) > 0 || k == quote && len(c.quotes) > 0
}

// row makes a row of a table's values; nil is one that is missing.
func (c *tableColumns) row(r *row, value func(column int) []byte) error {
	*r = row{id: value(c.id), created: value(c.created), screenName: value(c.screenName), text: value(c.text), lang: value(c.lang)}
	if r.text == nil {
		r.text = []byte{} // what a table shows as missing may be an empty text
	}
	if err := r.complete(); err != nil {
		return err
	}
	marked := func(column int) bool { return saysYes(value(column)) }
	switch {
	case slices.ContainsFunc(c.retweets, marked) || bytes.HasPrefix(r.text, retweetMark):
		r.kind = retweet
	case slices.ContainsFunc(c.quotes, marked):
		r.kind = quote
	}
	if c.hashtags >= 0 {
		r.hashtags = nameList{raw: listed(value(c.hashtags)), read: tableNames}
	}
	if c.mentions >= 0 {
		r.mentions = nameList{raw: listed(value(c.mentions)), read: tableNames}
	}
	return nil
}

// saysYes tells a value that says yes, or is a text or an id, from one that says
// that there is none. pandas writes 0.0 in a column where some are missing, PostgreSQL f.
func saysYes(value []byte) bool {
	switch strings.ToLower(string(value)) {
	case "", "false", "f", "0", "0.0", "na", "nan", "none", "null":
		return false
	}
	return true
}

// listed is a list that the file has, though it be empty.
func listed(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
}

// tableNames reads a list of names as tables write it: separated by spaces and
// NA, as by rtweet, or by commas, perhaps in brackets and quotes.
func tableNames(raw []byte) []string {
	names := strings.FieldsFunc(string(raw), func(r rune) bool { return strings.ContainsRune(" \t\n,;|[]'\"", r) })
	return slices.DeleteFunc(names, func(name string) bool { return name == "NA" })
}
