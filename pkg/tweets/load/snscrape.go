package load

import "github.com/goccy/go-json"

// snscrape reads tweets as snscrape's --jsonl writes them. Its older versions
// call the text content, newer ones rawContent.
type snscrape struct{}

type snscrapeTweet struct {
	ID   json.RawMessage `json:"id"`
	Date string          `json:"date"`
	Lang string          `json:"lang"`
	User struct {
		Username string `json:"username"`
	} `json:"user"`
	RawContent *string         `json:"rawContent"`
	Content    *string         `json:"content"`
	Retweeted  json.RawMessage `json:"retweetedTweet"`
	Quoted     json.RawMessage `json:"quotedTweet"`
	Hashtags   []string        `json:"hashtags"`
	Mentions   []struct {
		Username string `json:"username"`
	} `json:"mentionedUsers"`
}

func (snscrape) decode(record []byte, found func(row, error)) error {
	var t snscrapeTweet
	if err := unmarshal(record, &t); err != nil {
		return err
	}
	r := row{
		id: scalar(t.ID), created: []byte(t.Date), screenName: []byte(t.User.Username), lang: []byte(t.Lang),
		hashtags: nameList{names: t.Hashtags}, mentions: nameList{names: []string{}},
	}
	text := t.RawContent
	if text == nil {
		text = t.Content
	}
	if text != nil {
		r.text = []byte(*text)
	}
	for _, mention := range t.Mentions {
		r.mentions.names = append(r.mentions.names, mention.Username)
	}
	switch {
	case given(t.Retweeted):
		r.kind = retweet
	case given(t.Quoted):
		r.kind = quote
	}
	found(r, nil)
	return nil
}
