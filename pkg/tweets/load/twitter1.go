package load

import "github.com/goccy/go-json"

// twitterV1 reads tweets of Twitter's API 1.1, with full_text or, as streams have
// it, with the whole text of long ones in extended_tweet.
type twitterV1 struct{}

type twitterV1Tweet struct {
	ID        json.RawMessage `json:"id_str"`
	Number    json.RawMessage `json:"id"`
	CreatedAt string          `json:"created_at"`
	Lang      string          `json:"lang"`
	User      struct {
		ScreenName string `json:"screen_name"`
	} `json:"user"`
	Text     *string           `json:"text"`
	FullText *string           `json:"full_text"`
	Entities twitterV1Entities `json:"entities"`
	Extended struct {
		FullText *string           `json:"full_text"`
		Entities twitterV1Entities `json:"entities"`
	} `json:"extended_tweet"`
	Retweeted json.RawMessage `json:"retweeted_status"`
	IsQuote   bool            `json:"is_quote_status"`
	Quoted    json.RawMessage `json:"quoted_status"`
}

type twitterV1Entities struct {
	Hashtags []struct {
		Text string `json:"text"`
	} `json:"hashtags"`
	Mentions []struct {
		ScreenName string `json:"screen_name"`
	} `json:"user_mentions"`
}

func (twitterV1) decode(record []byte, found func(row, error)) error {
	var t twitterV1Tweet
	if err := unmarshal(record, &t); err != nil {
		return err
	}
	text, entities := t.Text, t.Entities
	switch {
	case t.Extended.FullText != nil:
		text, entities = t.Extended.FullText, t.Extended.Entities
	case t.FullText != nil:
		text = t.FullText
	}
	r := row{
		id: scalar(t.ID), created: []byte(t.CreatedAt), screenName: []byte(t.User.ScreenName), lang: []byte(t.Lang),
		hashtags: nameList{names: []string{}}, mentions: nameList{names: []string{}},
	}
	if len(r.id) == 0 {
		r.id = scalar(t.Number)
	}
	if text != nil {
		r.text = []byte(*text)
	}
	for _, hashtag := range entities.Hashtags {
		r.hashtags.names = append(r.hashtags.names, hashtag.Text)
	}
	for _, mention := range entities.Mentions {
		r.mentions.names = append(r.mentions.names, mention.ScreenName)
	}
	switch {
	case given(t.Retweeted):
		r.kind = retweet
	case t.IsQuote || given(t.Quoted):
		r.kind = quote
	}
	found(r, nil)
	return nil
}
