package load

import "github.com/goccy/go-json"

// twitterV2 reads tweets of Twitter's API 2: one on each line, with its author
// in it, as twarc2 flatten writes them; or a whole response on each line, whose
// authors stand in includes. What includes holds of other tweets is not read:
// they are those that were answered, quoted or retweeted.
type twitterV2 struct{}

type twitterV2Tweet struct {
	ID        json.RawMessage `json:"id"`
	CreatedAt string          `json:"created_at"`
	Lang      string          `json:"lang"`
	Text      *string         `json:"text"`
	Note      struct {
		Text *string `json:"text"` // the whole text of a long tweet
	} `json:"note_tweet"`
	AuthorID   json.RawMessage `json:"author_id"`
	Author     twitterV2User   `json:"author"`
	Referenced []struct {
		Type string `json:"type"`
	} `json:"referenced_tweets"`
	Entities struct {
		Hashtags []struct {
			Tag string `json:"tag"`
		} `json:"hashtags"`
		Mentions []struct {
			Username string `json:"username"`
		} `json:"mentions"`
	} `json:"entities"`
}

type twitterV2User struct {
	ID       json.RawMessage `json:"id"`
	Username string          `json:"username"`
}

type twitterV2Response struct {
	Data     json.RawMessage `json:"data"` // a tweet or a list of them
	Includes struct {
		Users []twitterV2User `json:"users"`
	} `json:"includes"`
	Text *string         `json:"text"` // of a tweet that stands alone
	Meta json.RawMessage `json:"meta"`
}

func (twitterV2) decode(record []byte, found func(row, error)) error {
	var response twitterV2Response
	if err := unmarshal(record, &response); err != nil {
		return err
	}
	var list []json.RawMessage
	switch data := response.Data; {
	case !given(data) && given(response.Meta) && response.Text == nil:
		return nil // a page without results
	case !given(data):
		list = []json.RawMessage{record}
	case data[0] == '[':
		if err := unmarshal(data, &list); err != nil {
			return err
		}
	default:
		list = []json.RawMessage{data}
	}
	authors := make(map[string]string, len(response.Includes.Users))
	for _, user := range response.Includes.Users {
		authors[string(scalar(user.ID))] = user.Username
	}
	for _, data := range list {
		var t twitterV2Tweet
		if err := unmarshal(data, &t); err != nil {
			found(row{}, err)
			continue
		}
		found(t.row(authors), nil)
	}
	return nil
}

func (t *twitterV2Tweet) row(authors map[string]string) row {
	r := row{
		id: scalar(t.ID), created: []byte(t.CreatedAt), screenName: []byte(t.Author.Username), lang: []byte(t.Lang),
		hashtags: nameList{names: []string{}}, mentions: nameList{names: []string{}},
	}
	if len(r.screenName) == 0 {
		r.screenName = []byte(authors[string(scalar(t.AuthorID))])
	}
	text := t.Text
	if t.Note.Text != nil {
		text = t.Note.Text
	}
	if text != nil {
		r.text = []byte(*text)
	}
	for _, hashtag := range t.Entities.Hashtags {
		r.hashtags.names = append(r.hashtags.names, hashtag.Tag)
	}
	for _, mention := range t.Entities.Mentions {
		r.mentions.names = append(r.mentions.names, mention.Username)
	}
	for _, other := range t.Referenced {
		switch {
		case other.Type == "retweeted":
			r.kind = retweet
		case other.Type == "quoted" && r.kind == original:
			r.kind = quote
		}
	}
	return r
}
