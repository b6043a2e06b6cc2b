package tweets

// kind says whether a tweet is its author's own.
type kind int8

const (
	original kind = iota
	retweet
	quote
)

// row is one record of a tweet file as the format's reader gives it: nothing is
// judged yet but that the required fields are there. Its bytes are valid until
// the next one is read.
type row struct {
	id, created, screenName, text []byte
	kind                          kind
	// hashtags and mentions as the file spells the lists; nil: it has none.
	hashtags, mentions []byte
}

// rowReader reads the rows of one file.
type rowReader interface {
	// next fills r. The error is a *recordError, after which reading goes on,
	// io.EOF, or one that ends it.
	next(r *row) error
	// position is the line on which the record last read began.
	position() int
	// raw is the record last read.
	raw() []byte
	// list reads a list of hashtags or mentions.
	list(raw []byte) []string
}
