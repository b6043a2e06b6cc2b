package load

import "github.com/goccy/go-json"

// plainJSON reads objects with our fields, under the names that the file gives
// them: the study's own format, or one that Options.Columns describes.
type plainJSON struct {
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
	id, created, screenName, text, lang []byte
	quoted, retweeted                   []byte
	hashtags, mentions                  []byte // as they are written
}

func newPlainJSON(names map[string][]string) *plainJSON {
	j := &plainJSON{}
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
		{"lang", text(func(o *jsonObject) *[]byte { return &o.lang })},
		{"quoted_text", text(func(o *jsonObject) *[]byte { return &o.quoted })},
		{"retweeted_text", text(func(o *jsonObject) *[]byte { return &o.retweeted })},
		{"hashtags", raw(func(o *jsonObject) *[]byte { return &o.hashtags })},
		{"mentions", raw(func(o *jsonObject) *[]byte { return &o.mentions })},
	} {
		j.fields = append(j.fields, jsonField{names[field.ours][0], field.take})
	}
	return j
}

func (j *plainJSON) decode(record []byte, found func(row, error)) error {
	o := &j.object
	*o = jsonObject{}
	s := jsonScanner{data: record}
	err := s.object(func(key []byte) error {
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
	r := row{
		id: o.id, created: o.created, screenName: o.screenName, text: o.text, lang: o.lang,
		hashtags: nameList{raw: o.hashtags, read: jsonNames}, mentions: nameList{raw: o.mentions, read: jsonNames},
	}
	switch {
	case len(o.retweeted) > 0:
		r.kind = retweet
	case len(o.quoted) > 0:
		r.kind = quote
	}
	found(r, nil)
	return nil
}

// jsonNames reads a list of strings, or of objects that hold one as Twitter's do.
func jsonNames(raw []byte) []string {
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
