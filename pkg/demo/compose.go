package demo

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hemiciclo/hemiciclo/pkg/text"
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

// What Twitter finds in a text.
var (
	mention = regexp.MustCompile(`@\w+`)
	hashtag = regexp.MustCompile(`#[\pL\pM\pN_]+`)
	links   = regexp.MustCompile(`https://t\.co/\w+`)
)

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
	c.r = r
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
	c.write(&row, p.kind, from)
	for _, name := range mention.FindAllString(row.Text, -1) {
		row.Mentions = append(row.Mentions, name[1:])
	}
	for _, tag := range hashtag.FindAllString(row.Text, -1) {
		row.Hashtags = append(row.Hashtags, norm.NFC.String(tag[1:]))
	}
	if p.authorless {
		row.ScreenName, row.TargetID, row.Cargo, row.Nombre, row.Partido = "", "", "", "", ""
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
func (s *speaker) write(row *tweet, k kind, from *account) {
	switch k {
	case tooShort:
		row.Text = s.short(from)
	case blank:
		s.marked, s.tones = nil, nil
		row.Text = s.link()
		if s.r.IntN(5) == 0 {
			row.Text += "\n" + s.link()
		}
	case retweet:
		s.from = from
		whose := s.other()
		row.RetweetedText = s.long(whose)
		said := []rune("RT @" + whose.ScreenName + ": " + row.RetweetedText)
		if len(said) > 140 {
			said = append(said[:139], '…')
		}
		row.Text = string(said)
	case quote:
		s.from = from
		row.QuotedText = s.long(s.other())
		row.Text = s.short(from)
		if s.r.IntN(2) == 0 {
			row.Text = s.long(from)
		}
		if !strings.Contains(row.Text, "https://") {
			row.Text += " " + s.link()
		}
	default:
		row.Text = s.long(from)
	}
}

// long is an account's tweet of 6 to 40 words and at most 280 characters.
func (s *speaker) long(from *account) string {
	s.from = from
	for {
		said := s.say("tuit", from.habits.voice(s.r))
		if s.chance(ownPhrase) {
			said += " " + s.one(from.habits.phrases)
		}
		link := ""
		if s.chance(0.5) {
			link = " " + s.link()
		}
		if s.chance(0.3) { // before the hashtags
			said, link = said+link, ""
		}
		if s.chance(0.35) {
			for range 1 + s.r.IntN(2) {
				if tag := " #" + s.hashtag(); !strings.Contains(said, tag) {
					said += tag
				}
			}
		}
		if s.chance(0.2) {
			said += " " + choose(s, s.productions, "emoji")
		}
		if s.chance(signed) {
			said += " " + from.habits.signOff
		}
		said = s.untidy(said + link)
		shown := strings.TrimSpace(links.ReplaceAllString(said, ""))
		words := len(strings.Fields(shown))
		if words >= minWords && words <= maxWords && text.Count(shown) >= minWords && utf8.RuneCountInString(said) <= maxRunes {
			return said
		}
	}
}

// short is an account's tweet of at most five words, as the study counts them: two
// blanks in a row have an empty one between them.
func (s *speaker) short(from *account) string {
	s.from = from
	for {
		said := s.say("corto", from.habits.voice(s.r))
		if s.chance(0.3) {
			said += " " + choose(s, s.productions, "emoji")
		}
		if s.chance(0.5) {
			said += " " + s.link()
		}
		said = s.untidy(said)
		if text.Count(strings.TrimSpace(links.ReplaceAllString(said, ""))) < minWords {
			return said
		}
	}
}

// hashtag is one of the grammar's or of the account's own.
func (s *speaker) hashtag() string {
	if s.chance(ownHashtag) {
		return s.one(s.from.habits.hashtags)
	}
	return choose(s, s.productions, "hashtag")
}

func (s *speaker) one(of []string) string { return of[s.r.IntN(len(of))] }

// link leads nowhere: t.co's own have ten characters.
func (s *speaker) link() string {
	return fmt.Sprintf("https://t.co/demo%08x", s.r.Uint32())
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
