package tweets

import (
	"fmt"
	"time"
)

// layouts are the spellings of created_at that are read; those without a zone
// are in UTC.
var layouts = []string{
	"2006/01/02 15:04:05", // the study
	time.RFC3339,          // rtweet before 0.6, and most tools
	"2006-01-02 15:04:05", // R
	time.RubyDate,         // Twitter
}

// The years in which a tweet can have been written: one outside of them is a
// misread date, and would move the date window.
const (
	firstYear = 2006
	lastYear  = 2100
)

func parseTime(written []byte) (time.Time, error) {
	s := string(written)
	for _, layout := range layouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		t = t.UTC()
		if t.Year() < firstYear || t.Year() > lastYear {
			return time.Time{}, fmt.Errorf("date %q is not in the years %d to %d", clip(s, 60), firstYear, lastYear)
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("date %q is written neither as 2020/10/13 22:15:00 nor in another known way", clip(s, 60))
}
