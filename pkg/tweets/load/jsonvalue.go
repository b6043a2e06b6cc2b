package load

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-json"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// unmarshal reads an object of a format whose fields lie deep; its error is a
// *record.Error. The text is checked first: the library lets some faults pass.
func unmarshal(data []byte, value any) error {
	s := jsonScanner{data: data}
	if err := s.skip(0); err != nil {
		return err
	}
	if err := s.end(); err != nil {
		return err
	}
	err := json.Unmarshal(data, value)
	if err == nil {
		return nil
	}
	bad := &record.Error{Msg: "not a tweet's JSON: " + tweets.Clip(strings.ToValidUTF8(err.Error(), "\ufffd"), 200)}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset > 0 {
		bad.Column = utf8.RuneCount(data[:min(int(syntax.Offset), len(data))])
	}
	return bad
}

// given tells a value that is there from one that is absent or null.
func given(value json.RawMessage) bool {
	return len(value) > 0 && !bytes.Equal(value, []byte("null"))
}

// scalar is a string or number without quotes. One with escapes in it is not an
// id, and is found not to be one where it is read.
func scalar(value json.RawMessage) []byte {
	if !given(value) {
		return nil
	}
	return bytes.Trim(value, `"`)
}
