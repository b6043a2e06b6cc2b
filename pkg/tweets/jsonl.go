package tweets

import (
	"bytes"
	"unicode/utf8"

	"github.com/goccy/go-json"
)

// jsonSource gives the bytes of one JSON object after the other.
type jsonSource interface {
	// next returns a record, valid until the next call, and the line it is on.
	next() (record []byte, line int, err error)
}

// jsonReader reads tweets from JSON lines or an array: objects with our fields,
// under the names that the file gives them.
type jsonReader struct {
	source jsonSource
	record []byte
	line   int
	fields []jsonField
	object jsonObject
}

// jsonField is a field that is wanted, under the file's name of it.
type jsonField struct {
	name string
	take func(*jsonObject, *jsonScanner) error
}

// jsonObject is what is read of a tweet's JSON object; nil is a field that is not
// there or null.
type jsonObject struct {
	id, created, screenName, text, quoted, retweeted []byte
	hashtags, mentions                               []byte // as they are written
}

func newJSONReader(c content, names map[string][]string) *jsonReader {
	j := &jsonReader{source: &jsonLines{c.lines}}
	if c.array {
		j.source = &jsonArray{r: c.lines.r, line: 1}
	}
	text := func(place func(*jsonObject) *[]byte) func(*jsonObject, *jsonScanner) error {
		return func(o *jsonObject, s *jsonScanner) (err error) {
			*place(o), err = s.textOrNull()
			return err
		}
	}
	raw := func(place func(*jsonObject) *[]byte) func(*jsonObject, *jsonScanner) error {
		return func(o *jsonObject, s *jsonScanner) (err error) {
			*place(o), err = s.raw()
			return err
		}
	}
	for _, field := range []struct {
		ours string
		take func(*jsonObject, *jsonScanner) error
	}{
		{"id_str", func(o *jsonObject, s *jsonScanner) (err error) { o.id, err = s.textOrNumber(); return err }},
		{"created_at", text(func(o *jsonObject) *[]byte { return &o.created })},
		{"screen_name", text(func(o *jsonObject) *[]byte { return &o.screenName })},
		{"text", text(func(o *jsonObject) *[]byte { return &o.text })},
		{"quoted_text", text(func(o *jsonObject) *[]byte { return &o.quoted })},
		{"retweeted_text", text(func(o *jsonObject) *[]byte { return &o.retweeted })},
		{"hashtags", raw(func(o *jsonObject) *[]byte { return &o.hashtags })},
		{"mentions", raw(func(o *jsonObject) *[]byte { return &o.mentions })},
	} {
		j.fields = append(j.fields, jsonField{names[field.ours][0], field.take})
	}
	return j
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
	o := &j.object
	*o = jsonObject{}
	s := jsonScanner{data: j.record}
	err = s.object(func(key []byte) error {
		for i := range j.fields {
			if j.fields[i].name == string(key) {
				return j.fields[i].take(o, &s)
			}
		}
		return s.skip(0)
	})
	if err != nil {
		return err
	}
	if err := s.end(); err != nil {
		return err
	}
	switch {
	case len(o.id) == 0:
		return missing("id_str")
	case len(o.created) == 0:
		return missing("created_at")
	case len(o.screenName) == 0:
		return missing("screen_name")
	case o.text == nil:
		return missing("text")
	}
	*r = row{id: o.id, created: o.created, screenName: o.screenName, text: o.text, hashtags: o.hashtags, mentions: o.mentions}
	switch {
	case len(o.retweeted) > 0:
		r.kind = retweet
	case len(o.quoted) > 0:
		r.kind = quote
	}
	return nil
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
