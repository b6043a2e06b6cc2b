package tweets

// row is one record of a tweet file as the format's reader gives it: nothing is
// judged yet but that the required fields are there.
type row struct {
	id, created, screenName, text string
	original                      bool
	// hashtags and mentions as the file spells the lists; nil: it has none.
	hashtags, mentions []byte
}

// rowReader reads the rows of one file.
type rowReader interface {
	// next fills r, whose contents are valid until the next call. The error is a
	// *recordError, after which reading goes on, io.EOF, or one that ends it.
	next(r *row) error
	// position is the line on which the record last read began.
	position() int
	// raw is the record last read.
	raw() []byte
	// list reads a list of hashtags or mentions.
	list(raw []byte) []string
}
