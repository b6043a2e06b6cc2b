package tweets

import (
	"errors"
	"fmt"
	"time"
)

// Names of the steps of a load, in their order.
const (
	StepRead       = "read"        // well-formed records in all files
	StepDistinct   = "distinct"    // one record for each id
	StepOriginal   = "original"    // neither retweet nor quote
	StepWindow     = "window"      // newer than newest − Days, and between From and To
	StepLanguage   = "language"    // in one of Languages; only with that option
	StepJoined     = "joined"      // written by one of the accounts
	StepNotBlank   = "not_blank"   // text_clean is not empty
	StepMinTokens  = "min_tokens"  // text_clean has more than MinTokens tokens
	StepNearCopies = "near_copies" // one tweet for each wording; only with that option
)

// Step is one step of a load and the number of rows left after it.
type Step struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
}

// Names of the reasons for which records are dropped.
const (
	ReasonCopy       = "copy"       // of a tweet that was read already
	ReasonRetweet    = "retweet"    // of another's tweet
	ReasonQuote      = "quote"      // of another's tweet, with words of its own
	ReasonOutside    = "outside"    // of the date window
	ReasonForeign    = "foreign"    // in another language
	ReasonAuthorless = "authorless" // it names no author; only with that option
	ReasonStranger   = "stranger"   // by none of the accounts
	ReasonBlank      = "blank"      // nothing but links
	ReasonShort      = "short"      // too few tokens
	ReasonNear       = "near"       // the wording of an earlier tweet
)

// Drop is what a step dropped for one reason.
type Drop struct {
	Step   string `json:"step"`
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
	// Unknown means that Rows is 0 only because nothing tells: some table has no column that
	// marks retweets, or quotes, and none was found. Those that it holds were kept.
	Unknown  bool      `json:"unknown,omitempty"`
	Examples []Example `json:"examples,omitempty"` // a few, by time
}

// Example is a record that was dropped.
type Example struct {
	ID         string    `json:"id_str"`
	Time       time.Time `json:"dt"`
	ScreenName string    `json:"screen_name"`
	Text       string    `json:"text"` // as in the file, long ones cut
}

// Result is what a load found.
type Result struct {
	// Tweets are the survivors of all steps, ordered by time, if any, then id; nil for a
	// load into a file.
	Tweets []Tweet
	// Steps has the rows left after each step, in order: seven, and those of options.
	Steps []Step
	// Drops tells what the steps dropped and why, in their order.
	Drops []Drop
	// Malformed holds the first records that could not be read, in the order of
	// files and lines; MalformedCount counts them all.
	Malformed      []Malformed
	MalformedCount int
	// Newest is the time of the newest original tweet, on which the date window
	// rests; zero when there is none.
	Newest time.Time
	// Undated means that no record has a date; the tweets' times are then zero.
	Undated bool
	// Format is that of the files, one of Formats, or several joined by "+".
	Format string
	// RoundedIDs counts the records whose id has lost digits, as happens to large numbers
	// in spreadsheets and R. Two tweets may then have the same id, and one of them was
	// dropped as a copy.
	RoundedIDs int
	// Accounts are the rows of the accounts file.
	Accounts []Account
	// Files is the number of tweet files read.
	Files int
	// Empty are the first of them that hold no record, not even a malformed one.
	Empty []string
}

// Rows returns the rows left after the named step, or 0 when there is no such
// step.
func (r *Result) Rows(step string) int {
	for _, s := range r.Steps {
		if s.Name == step {
			return s.Rows
		}
	}
	return 0
}

// ErrUndated is the error of a load whose options ask for dates if no record of the corpus
// has one.
var ErrUndated = errors.New("no record has the date that the options ask for")

// CheckMalformed returns an error if more records were malformed than MaxMalformed, as in
// [Options], allows, for a result that was loaded with a larger one.
func (r *Result) CheckMalformed(maxMalformed float64) error {
	total := r.Steps[0].Rows + r.MalformedCount
	if !TooManyMalformed(r.MalformedCount, total, maxMalformed) {
		return nil
	}
	return fmt.Errorf("tweets: %d of %d records are malformed, which is more than the share of %v that is allowed; the first: %v",
		r.MalformedCount, total, share(maxMalformed), r.Malformed[0])
}

// share is the share of malformed records that an option's value allows.
func share(option float64) float64 {
	if option == 0 {
		return DefaultMaxMalformed
	}
	return max(option, 0)
}

// TooManyMalformed tells whether more of the records are malformed than
// Options.MaxMalformed allows.
func TooManyMalformed(malformed, total int, maxMalformed float64) bool {
	return float64(malformed) > share(maxMalformed)*float64(total)
}

// Malformed is a record that could not be read.
type Malformed struct {
	File    string `json:"file"`             // for a zip member: archive.zip!member
	Line    int    `json:"line"`             // from 1; for CSV the line on which the record begins
	Column  int    `json:"column,omitempty"` // from 1; 0 when unknown
	Err     string `json:"error"`
	Excerpt string `json:"excerpt"` // the record's beginning, control characters escaped
}

func (m Malformed) String() string {
	at := fmt.Sprintf("%s:%d", m.File, m.Line)
	if m.Column > 0 {
		at += fmt.Sprintf(":%d", m.Column)
	}
	return fmt.Sprintf("%s: %s: %s", at, m.Err, m.Excerpt)
}
