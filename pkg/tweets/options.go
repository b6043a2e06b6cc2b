package tweets

import (
	"errors"
	"time"
)

// Defaults of Options' zero values.
const (
	// DefaultMinTokens is the study's threshold: more than 5 tokens are kept.
	DefaultMinTokens = 5
	// DefaultMaxMalformed is the share of malformed lines above which a load fails.
	DefaultMaxMalformed = 0.001
)

// Options says what a load reads and what it keeps. Only Accounts and Tweets must
// be set.
type Options struct {
	// Accounts is the path of the accounts CSV.
	Accounts string
	// Tweets are files or folders. A folder is searched, at any depth, for
	// *.jsonl, *.ndjson, *.json, *.csv, each also with .gz, *.zip holding such
	// files, and *.parquet.
	Tweets []string
	// Columns maps our name of a field to the file's name of it, for files that
	// spell it otherwise: {"id_str": "status_id"}. Our names are created_at,
	// id_str, screen_name, text, lang, quoted_text, retweeted_text, hashtags,
	// mentions. JSON is then read as objects with these fields.
	Columns map[string]string
	// Format is the format of all files, one of Formats. If empty, it is detected for each
	// file.
	Format string
	// TimeZone is the zone of dates that name none, such as "America/Santiago". If empty,
	// it is UTC. See [Zone].
	TimeZone string
	// Days is the length of the date window that ends with the newest original
	// tweet; 0 means no window.
	Days int
	// From and To bound the dates: not before From, and before To. Zero means no bound.
	From, To time.Time
	// Languages are the codes, as "es", of the languages whose tweets are kept,
	// where a tweet tells its own; none: all.
	Languages []string
	// Cleaning is done to the texts beyond the study's own.
	Cleaning Cleaning
	// NearCopies drops a tweet if an earlier one, of any account, has the same wording: the
	// same words in the same order, disregarding links, mentions, punctuation and case.
	NearCopies bool
	// DropAuthorless drops records that name no author, which otherwise are malformed.
	DropAuthorless bool
	// MinTokens: a tweet is kept if it has more tokens than this. 0 means
	// DefaultMinTokens, a negative number keeps every tweet.
	MinTokens int
	// MaxMalformed is the share of malformed records, between 0 and 1, above which the load
	// fails. 0 means DefaultMaxMalformed; a negative number tolerates none.
	MaxMalformed float64
	// Workers is the number of files, or pieces of a large one, read at a time; 0 means one per CPU.
	Workers int
	// Progress, if set, is called from time to time and after each file, never
	// by two goroutines at once.
	Progress func(Progress) `json:"-"`
}

// ErrLocalZone is the error for the zone of the machine.
var ErrLocalZone = errors.New("the zone of the machine gives other dates on another machine")

// Zone returns a time zone of the IANA database; UTC if the name is empty. That of the machine
// is refused ([ErrLocalZone]): what a corpus holds must not depend on where it is loaded.
func Zone(name string) (*time.Location, error) {
	switch name {
	case "Local", "localtime": // The latter is a link in some systems' databases.
		return nil, ErrLocalZone
	}
	return time.LoadLocation(name)
}

// Stage is what a load is busy with.
type Stage int

// The stages, in their order.
const (
	StageRead  Stage = iota // reading files
	StageWrite              // dropping copies, ordering and writing what is left
)

// Progress says how far a load has come.
type Progress struct {
	Stage                 Stage
	FilesDone, FilesTotal int
	Bytes, BytesTotal     int64 // of the files as they lie on disk
	Rows                  int   // records read so far, malformed ones included
	File                  string
}
