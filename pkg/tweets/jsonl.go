package tweets

import (
	"bufio"
	"bytes"
	"errors"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-json"
)

// jsonObject is what is read of a tweet's JSON object. The tags hold our names;
// see objectType.
type jsonObject struct {
	ID         json.RawMessage `json:"id_str"` // a string, or a number
	CreatedAt  string          `json:"created_at"`
	ScreenName string          `json:"screen_name"`
	Text       *string         `json:"text"`
	Quoted     string          `json:"quoted_text"`
	Retweeted  string          `json:"retweeted_text"`
	Hashtags   json.RawMessage `json:"hashtags"`
	Mentions   json.RawMessage `json:"mentions"`
}

// jsonSource gives the bytes of one JSON object after the other.
type jsonSource interface {
	// next returns a record, valid until the next call, and the line it is on.
	next() (record []byte, line int, err error)
}

// jsonReader reads tweets from JSON lines or an array.
type jsonReader struct {
	source jsonSource
	object reflect.Type
	record []byte
	line   int
}

func newJSONReader(r *bufio.Reader, array bool, names map[string][]string) *jsonReader {
	var source jsonSource = &jsonLines{newLineReader(r)}
	if array {
		source = &jsonArray{r: r, line: 1}
	}
	return &jsonReader{source: source, object: objectType(names)}
}

func (j *jsonReader) position() int { return j.line }

func (j *jsonReader) raw() []byte { return j.record }

func (j *jsonReader) next(r *row) error {
	var err error
	if j.record, j.line, err = j.source.next(); err != nil {
		return err
	}
	if !utf8.Valid(j.record) {
		return errNotUTF8
	}
	value := reflect.New(j.object)
	if err := json.Unmarshal(j.record, value.Interface()); err != nil {
		return jsonError(err, j.record)
	}
	object := value.Convert(reflect.TypeFor[*jsonObject]()).Interface().(*jsonObject)
	id := string(object.ID)
	if strings.HasPrefix(id, `"`) {
		id = strings.Trim(id, `"`) // an id with escapes is none: normalizeID says so
	}
	switch {
	case id == "" || id == "null":
		return missing("id_str")
	case object.CreatedAt == "":
		return missing("created_at")
	case object.ScreenName == "":
		return missing("screen_name")
	case object.Text == nil:
		return missing("text")
	}
	*r = row{
		id:         id,
		created:    object.CreatedAt,
		screenName: object.ScreenName,
		text:       *object.Text,
		original:   object.Quoted == "" && object.Retweeted == "",
		hashtags:   object.Hashtags,
		mentions:   object.Mentions,
	}
	return nil
}

// jsonError keeps the place and the first line of a JSON error.
func jsonError(err error, record []byte) error {
	bad := &recordError{msg: "not a tweet's JSON: " + clip(strings.ToValidUTF8(err.Error(), "\ufffd"), 200)}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset > 0 {
		bad.column = utf8.RuneCount(record[:min(int(syntax.Offset), len(record))])
	}
	return bad
}

// list reads a list of strings, or of objects that hold one as Twitter's do.
func (j *jsonReader) list(raw []byte) []string {
	var names []string
	if json.Unmarshal(raw, &names) == nil {
		return names
	}
	var objects []struct {
		Text       string `json:"text"`
		ScreenName string `json:"screen_name"`
	}
	if json.Unmarshal(raw, &objects) != nil {
		return nil
	}
	names = nil // what was read before the first that is no string
	for _, o := range objects {
		if name := o.Text + o.ScreenName; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// jsonLines reads one record from each line that is not blank.
type jsonLines struct{ lines *lineReader }

func (j *jsonLines) next() ([]byte, int, error) {
	for {
		line, err := j.lines.next()
		if err != nil {
			return nil, j.lines.n, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, j.lines.n, nil
		}
	}
}
