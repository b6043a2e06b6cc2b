package exploring

import (
	"fmt"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// How a corpus is cut: into at most mostPeriods, of the finest unit of which they hold
// enough of the tweets. Older tweets than they hold go into one more period, the first.
const (
	mostPeriods = 24
	enoughShare = 0.8
)

// Calendar is a corpus's time, cut into periods.
type Calendar struct {
	Unit   string   `json:"unit"`             // what readers call a period; empty of a corpus without dates, all of which is one
	Labels []string `json:"labels"`           // of the periods, the oldest first
	Before bool     `json:"before,omitempty"` // the first is all time before the second

	starts []time.Time // of the periods; of no use for the first, where Before
}

// calendarOf cuts the time of the tweets, which are not none.
func calendarOf(rows []tweets.Tweet) Calendar {
	if !loading.HasDates(rows) {
		return Calendar{Labels: []string{""}, starts: []time.Time{{}}}
	}
	first, last := loading.Span(rows)
	var c Calendar
	for _, unit := range periods {
		c = Calendar{Unit: unit.name}
		for at := unit.start(first); !at.After(last); at = unit.next(at) {
			c.starts, c.Labels = append(c.starts, at), append(c.Labels, unit.label(at))
		}
		older := len(c.starts) - mostPeriods
		if older <= 0 {
			break
		}
		c.starts, c.Labels = c.starts[older-1:], append([]string{"antes"}, c.Labels[older:]...)
		c.Before = true
		held := 0
		for _, t := range rows {
			if c.At(t.Time) > 0 {
				held++
			}
		}
		if float64(held) >= enoughShare*float64(len(rows)) {
			break
		}
	}
	return c
}

// At is the place of a tweet's period.
func (c Calendar) At(t time.Time) int {
	i := len(c.starts) - 1
	for i > 0 && t.Before(c.starts[i]) {
		i--
	}
	return i
}

// period is a unit of time into which a corpus is cut.
type period struct {
	name  string // what readers call one
	start func(time.Time) time.Time
	next  func(time.Time) time.Time
	label func(start time.Time) string
}

// periods are the units, the finest first. Times are UTC, as everywhere.
var periods = []period{
	{
		"semana",
		func(t time.Time) time.Time { return day(t).AddDate(0, 0, -(int(t.Weekday())+6)%7) },
		func(t time.Time) time.Time { return t.AddDate(0, 0, 7) },
		func(t time.Time) string { return t.Format("2006-01-02") },
	},
	{
		"mes",
		func(t time.Time) time.Time { return day(t).AddDate(0, 0, 1-t.Day()) },
		func(t time.Time) time.Time { return t.AddDate(0, 1, 0) },
		func(t time.Time) string { return t.Format("2006-01") },
	},
	{
		"trimestre",
		func(t time.Time) time.Time {
			return time.Date(t.Year(), t.Month()-(t.Month()-1)%3, 1, 0, 0, 0, 0, time.UTC)
		},
		func(t time.Time) time.Time { return t.AddDate(0, 3, 0) },
		func(t time.Time) string { return fmt.Sprintf("%d-T%d", t.Year(), (t.Month()+2)/3) },
	},
	{
		"año",
		func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) },
		func(t time.Time) time.Time { return t.AddDate(1, 0, 0) },
		func(t time.Time) string { return t.Format("2006") },
	},
}

func day(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
