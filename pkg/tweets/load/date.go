package load

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// layouts are the spellings of created_at that are read. Zones are given as
// offsets: an abbreviation such as CLT would be read as if it were UTC.
var layouts = []string{
	"2006/01/02 15:04:05",       // the study
	time.RFC3339,                // rtweet before 0.6, the API 2, snscrape, and most tools
	"2006-01-02 15:04:05",       // R
	time.RubyDate,               // the API 1.1
	"2006-01-02 15:04:05Z07:00", // pandas, Polars, Python's str
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05-07", // PostgreSQL, DuckDB
	"2006-01-02 15:04:05 -07",
	"2006-01-02T15:04:05-07",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05-0700",
	"2006-01-02T15:04:05Z0700",
	time.RFC1123Z,
}

// The years in which a tweet can have been written: one outside of them is a
// misread date, and would move the date window.
const (
	firstYear = 2006
	lastYear  = 2100
)

// dateReader reads dates. Those of a file are mostly spelt alike, so the layout
// that fitted last is tried first.
type dateReader struct {
	zone *time.Location // of dates that name none
	last int
}

func (d *dateReader) parse(written []byte) (time.Time, error) {
	s := strings.TrimSpace(string(written))
	if without, ok := strings.CutSuffix(s, " UTC"); ok {
		s = without + "+00:00"
	}
	t, ok := d.layout(s)
	if !ok {
		if t, ok = unixTime(s); !ok {
			return time.Time{}, fmt.Errorf("date %q is written neither as 2020/10/13 22:15:00 nor in another known way", tweets.Clip(s, 60))
		}
	}
	t = t.UTC()
	if t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, fmt.Errorf("date %q is not in the years %d to %d", tweets.Clip(s, 60), firstYear, lastYear)
	}
	return t, nil
}

func (d *dateReader) layout(s string) (time.Time, bool) {
	if t, err := time.ParseInLocation(layouts[d.last], s, d.zone); err == nil {
		return t, true
	}
	for i, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, d.zone); err == nil {
			d.last = i
			return t, true
		}
	}
	return time.Time{}, false
}

// unixTime reads seconds, or milliseconds, since 1970.
func unixTime(s string) (time.Time, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil:
		return time.Time{}, false
	case len(s) == 10:
		return time.Unix(n, 0), true
	case len(s) == 13:
		return time.UnixMilli(n), true
	}
	return time.Time{}, false
}
