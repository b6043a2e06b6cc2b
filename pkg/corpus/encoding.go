package corpus

import (
	"errors"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
)

// ErrNoEnd is the error for a model without a token that can mark where a tweet ends.
var ErrNoEnd = errors.New("the model has no end-of-text token to set tweets apart by")

// Encoding turns tweets into the tokens that a model learns from and is measured on.
type Encoding struct {
	tokenizer *bpe.Tokenizer
	end       int32
	in2020    bool
}

// NewEncoding delimits tweets with the model's end-of-text token; a nil token is an error.
// No tweet can contain that token, not even one that spells it out, so a model can tell
// where each tweet ends.
func NewEncoding(tokenizer *bpe.Tokenizer, end *int32) (Encoding, error) {
	if end == nil {
		return Encoding{}, ErrNoEnd
	}
	return Encoding{tokenizer: tokenizer, end: *end}, nil
}

// NewEncoding2020 separates tweets with two spaces, as the study did.
func NewEncoding2020(tokenizer *bpe.Tokenizer) Encoding {
	return Encoding{tokenizer: tokenizer, in2020: true}
}

// Text returns the tokens of a whole text, as [WriteTweets] or, for the study's encoding,
// [WriteText2020] wrote it: end tweet end tweet … end, or the text as it is. The first end
// is what the first tweet is predicted from.
func (e Encoding) Text(text string) []int32 {
	if e.in2020 {
		return appendSideBySide(nil, e.tokenizer.Pieces(text, pieceSize), e.tokenizer.Append)
	}
	return appendSideBySide([]int32{e.end}, linePieces(text, pieceSize), e.appendTweets)
}

// appendTweets appends to ids the tokens of tweets, a line each, and the end of each.
func (e Encoding) appendTweets(ids []int32, tweets string) []int32 {
	for tweet := range strings.Lines(tweets) {
		ids = append(e.tokenizer.AppendText(ids, strings.TrimSuffix(tweet, "\n")), e.end)
	}
	return ids
}

// Tweet returns the tokens of one tweet, preceded by the token that stands before every
// tweet, which is only context. bytes is the length of the tweet's own tokens.
//
// In the study's encoding two blanks precede a tweet. In a byte-level BPE the first of them
// is a token of its own; the second belongs to the tweet's first word.
func (e Encoding) Tweet(text string) (ids []int32, bytes int) {
	if e.in2020 {
		ids = e.tokenizer.Encode(TwoBlanks + text)
		return ids, len(TwoBlanks+text) - len(e.tokenizer.Decode(ids[:1]))
	}
	return append([]int32{e.end}, e.tokenizer.EncodeText(text)...), len(text)
}

// Pieces returns the bytes that each token stands for, which may be a part of a character.
func (e Encoding) Pieces(ids []int32) []string {
	pieces := make([]string, len(ids))
	for i, id := range ids {
		pieces[i] = e.tokenizer.Bytes(id)
	}
	return pieces
}

// End returns the token that ends each tweet; nil in the study's encoding.
func (e Encoding) End() *int32 {
	if e.in2020 {
		return nil
	}
	return &e.end
}

// Opening returns the token that precedes a tweet that a model is to write, and that also
// ends it; none in the study's encoding.
func (e Encoding) Opening() []int32 {
	if e.in2020 {
		return nil
	}
	return []int32{e.end}
}
