package load

import (
	"encoding/binary"
	"strconv"

	"github.com/hemiciclo/hemiciclo/pkg/text"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// payload is the part of a spilled record that is shown or kept.
type payload struct {
	account            int    // place in the accounts; -1: none of them
	screenName         []byte // of none of the accounts
	text               []byte
	hashtags, mentions []string
}

func (p *payload) append(to []byte) []byte {
	to = binary.AppendUvarint(to, uint64(p.account+1))
	if p.account < 0 {
		to = appendBytes(to, p.screenName)
	}
	to = appendBytes(to, p.text)
	for _, names := range [][]string{p.hashtags, p.mentions} {
		to = binary.AppendUvarint(to, uint64(len(names)))
		for _, name := range names {
			to = appendBytes(to, name)
		}
	}
	return to
}

func appendBytes[T string | []byte](to []byte, s T) []byte {
	return append(binary.AppendUvarint(to, uint64(len(s))), s...)
}

// payloadReader reads what append wrote.
type payloadReader struct{ data []byte }

func (r *payloadReader) number() int {
	n, size := binary.Uvarint(r.data)
	r.data = r.data[size:]
	return int(n)
}

func (r *payloadReader) text() string {
	n := r.number()
	s := string(r.data[:n])
	r.data = r.data[n:]
	return s
}

func (r *payloadReader) names() []string {
	n := r.number()
	if n == 0 {
		return nil
	}
	names := make([]string, n)
	for i := range names {
		names[i] = r.text()
	}
	return names
}

// tweet is the whole tweet of an entry. Its strings are its own.
func (e *entry) tweet(accounts []tweets.Account, c tweets.Cleaning) tweets.Tweet {
	r := payloadReader{e.payload}
	t := tweets.Tweet{ID: strconv.FormatUint(e.id, 10), Time: e.when()}
	if account := r.number() - 1; account < 0 {
		t.ScreenName = r.text()
	} else {
		a := &accounts[account]
		t.ScreenName, t.Nombre, t.Cargo, t.Partido, t.Coalicion = a.ScreenName, a.Nombre, a.Cargo, a.Partido, a.Coalicion
	}
	t.Text = r.text()
	t.Hashtags, t.Mentions = r.names(), r.names()
	t.TextClean = c.Clean(t.Text)
	t.Tokens = text.Count(t.TextClean)
	return t
}
