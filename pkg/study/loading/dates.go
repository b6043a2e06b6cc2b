package loading

import (
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// HasDates tells whether the corpus of some tweets has dates: all of them have, or none.
func HasDates(rows []tweets.Tweet) bool { return len(rows) > 0 && !rows[0].Time.IsZero() }

// Span is the time of the first and of the last of some tweets, which are not none.
func Span(rows []tweets.Tweet) (first, last time.Time) {
	first, last = rows[0].Time, rows[0].Time
	for _, t := range rows {
		if t.Time.Before(first) {
			first = t.Time
		}
		if t.Time.After(last) {
			last = t.Time
		}
	}
	return first, last
}
