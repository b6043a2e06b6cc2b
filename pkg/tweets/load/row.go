package load

import (
	"bytes"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// kind says whether a tweet is its author's own.
type kind int8

const (
	original kind = iota
	retweet
	quote
	kinds
)

// row is one record of a tweet file as the format's reader gives it: nothing is
// judged yet but that the required fields are there. Its bytes are valid until
// the next one is read.
type row struct {
	id, created, screenName, text []byte
	lang                          []byte // its language's code, where the file has it
	kind                          kind
	hashtags, mentions            nameList
}

// errNoAuthor is the error of a record without an author, unless those are dropped.
var errNoAuthor = &record.Error{Msg: "no screen_name; if the file calls it otherwise, name it under [columns] in study.toml; of the API 2, ask for expansions=author_id, as twarc2 does; or drop such records with drop_authorless = true"}

// authorless tells whether the record names no author.
func (r *row) authorless() bool { return len(bytes.TrimSpace(r.screenName)) == 0 }

// errNoDate is the error of a record without a date, unless none has one.
var errNoDate = missing("created_at")

// undated tells whether the record names no date.
func (r *row) undated() bool { return len(bytes.TrimSpace(r.created)) == 0 }

// complete is an error that names a required field which is not there. Author and
// date are judged later: whether they are required does not show in one record.
func (r *row) complete() error {
	switch {
	case len(r.id) == 0:
		return missing("id_str")
	case r.text == nil:
		return missing("text")
	}
	return nil
}

// nameList is a list of hashtags or mentions, which is read when it is wanted.
type nameList struct {
	raw   []byte // as the file spells it
	read  func(raw []byte) []string
	names []string // in place of both, where it has been read
}

// of returns the names without their sign. A list that the file does not have is
// made of the text.
func (l nameList) of(sign rune, text []byte) []string {
	switch {
	case l.names != nil:
		return l.names
	case l.raw == nil:
		return tweets.NamesAfter(sign, string(text))
	}
	return l.read(l.raw)
}

// rowReader reads the rows of one file.
type rowReader interface {
	// next fills r. The error is a *record.Error, after which reading goes on,
	// io.EOF, or one that ends it.
	next(r *row) error
	// position is the line on which the record last read began.
	position() int
	// raw is the record last read.
	raw() []byte
	// format is what the file turned out to be.
	format() string
	// marks tells whether the file has a place that marks the rows of a kind.
	marks(k kind) bool
}
