package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// dateLayout is the study's.
const dateLayout = "2006/01/02 15:04:05"

// Bounds of a tweet that survives all steps.
const (
	minWords = 6
	maxWords = 40
	maxRunes = 280
)

// firstID is beyond the ids that Twitter has given.
const firstID = 9_000_000_000_000_000_000

// ascii writes names without accents.
var ascii = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n")

// composer writes tweets, one after the other.
type composer struct {
	speaker
	known, unknown draw
}

func newComposer(accounts []account) *composer {
	return &composer{
		speaker: speaker{grammar: spanish(), others: accounts},
		known:   newDraw(accounts),
		unknown: newDraw(strangers(accounts)),
	}
}

// compose writes the tweets of a schedule.
func compose(r *rand.Rand, accounts []account, all []planned) []tweet {
	c := newComposer(accounts)
	rows := make([]tweet, len(all))
	for i, p := range all {
		rows[i] = c.compose(r, p, i)
	}
	return rows
}

// compose writes the tweet with number n of a schedule.
func (c *composer) compose(r *rand.Rand, p planned, n int) tweet {
	from := c.known.account(r)
	if p.kind == stranger {
		from = c.unknown.account(r)
	}
	c.r, c.from = r, from
	row := tweet{
		CreatedAt:     p.when.Format(dateLayout),
		ID:            strconv.FormatUint(id(p.when, n), 10),
		ScreenName:    from.ScreenName,
		TargetID:      strconv.Itoa(from.id),
		Cargo:         from.Cargo,
		Nombre:        from.Nombre,
		Partido:       from.party.name,
		FavoriteCount: int(r.ExpFloat64() * 40),
		RetweetCount:  int(r.ExpFloat64() * 12),
		Hashtags:      []string{},
		Mentions:      []string{},
		Synthetic:     true,
	}
	c.write(&row, p.kind, from.voice(r))
	for _, word := range strings.Fields(row.Text) {
		word = strings.TrimRight(word, ".,:;!?…")
		if name, ok := strings.CutPrefix(word, "@"); ok {
			row.Mentions = append(row.Mentions, name)
		} else if tag, ok := strings.CutPrefix(word, "#"); ok {
			row.Hashtags = append(row.Hashtags, tag)
		}
	}
	row.Features = analyse(r, row.Text, c.marked, c.tones)
	return row
}

// id grows with time; n, the tweet's number, makes it unique.
func id(when time.Time, n int) uint64 {
	seconds := uint64(when.Sub(time.Date(2006, 3, 21, 0, 0, 0, 0, time.UTC)) / time.Second)
	return firstID + seconds*10*maxTweets + uint64(n)
}

// write gives a row its text.
func (s *speaker) write(row *tweet, k kind, v voice) {
	switch k {
	case tooShort:
		row.Text = s.short(v)
	case blank:
		s.marked, s.tones = nil, nil
		row.Text = s.link()
		if s.r.IntN(5) == 0 {
			row.Text += " " + s.link()
		}
	case retweet:
		whose := s.other()
		row.RetweetedText = s.long(whose.voice(s.r))
		text := []rune("RT @" + whose.ScreenName + ": " + row.RetweetedText)
		if len(text) > 140 {
			text = append(text[:139], '…')
		}
		row.Text = string(text)
	case quote:
		row.QuotedText = s.long(s.other().voice(s.r))
		row.Text = s.short(v)
		if s.r.IntN(2) == 0 {
			row.Text = s.long(v)
		}
		if !strings.Contains(row.Text, "https://") {
			row.Text += " " + s.link()
		}
	default:
		row.Text = s.long(v)
	}
}

// long is a tweet of 6 to 40 words and at most 280 characters.
func (s *speaker) long(v voice) string {
	for {
		text := s.say("tuit", v)
		if n := s.r.IntN(200); n < 4 {
			// As Twitter's interface spells an ampersand.
			text = strings.Replace(text, " y ", " &amp; ", 1)
		}
		if s.r.Float64() < 0.35 {
			for range 1 + s.r.IntN(2) {
				if tag := " #" + choose(s, s.productions, "hashtag"); !strings.Contains(text, tag) {
					text += tag
				}
			}
		}
		if s.r.Float64() < 0.2 {
			text += " " + choose(s, s.productions, "emoji")
		}
		words := len(strings.Fields(text))
		if s.r.Float64() < 0.5 {
			if s.r.IntN(8) == 0 {
				text += "\n" + s.link()
			} else {
				text += " " + s.link()
			}
		}
		if words >= minWords && words <= maxWords && utf8.RuneCountInString(text) <= maxRunes {
			return text
		}
	}
}

// short is a tweet of at most five words.
func (s *speaker) short(v voice) string {
	for {
		text := s.say("corto", v)
		if s.r.IntN(3) == 0 {
			text += " " + choose(s, s.productions, "emoji")
		}
		words := len(strings.Fields(text))
		if s.r.IntN(2) == 0 {
			text += " " + s.link()
		}
		if words < minWords {
			return text
		}
	}
}

// link leads nowhere: t.co's own have ten characters.
func (s *speaker) link() string {
	return fmt.Sprintf("https://t.co/demo%08x", s.r.Uint32())
}

// voice draws one of the party's voices.
func (a *account) voice(r *rand.Rand) voice {
	x := r.Float64()
	for _, v := range []voice{right, left, centre} {
		if x -= a.party.voices[v]; x < 0 {
			return v
		}
	}
	return centre
}

// draw draws accounts by their weights.
type draw struct {
	accounts []account
	total    float64
}

func newDraw(accounts []account) draw {
	d := draw{accounts: accounts}
	for _, a := range accounts {
		d.total += a.weight
	}
	return d
}

func (d draw) account(r *rand.Rand) *account {
	x := r.Float64() * d.total
	for i := range d.accounts {
		if x -= d.accounts[i].weight; x < 0 {
			return &d.accounts[i]
		}
	}
	return &d.accounts[len(d.accounts)-1]
}
