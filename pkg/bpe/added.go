package bpe

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// addedToken is a token that is found in the text before anything else: the
// special tokens, and what was added to a vocabulary later. The fields are
// those of added_tokens in tokenizer.json.
type addedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"` // only where no letter or digit touches it
	LStrip     bool   `json:"lstrip"`      // takes the blanks on its left
	RStrip     bool   `json:"rstrip"`      // takes the blanks on its right
	Normalized bool   `json:"normalized"`  // found only after those that are not
	Special    bool   `json:"special"`
}

// addedPasses find added tokens: those that are not normalized in the whole text, then
// the others in what is left.
type addedPasses struct{ first, second *addedTokens }

func newAddedPasses(tokens []addedToken) addedPasses {
	return addedPasses{newAddedTokens(tokens, false), newAddedTokens(tokens, true)}
}

// addedTokens finds added tokens: by first byte, the longest first.
type addedTokens [256][]addedToken

// newAddedTokens makes the table of the tokens that are normalized, or of the
// others; nil where there is none.
func newAddedTokens(tokens []addedToken, normalized bool) *addedTokens {
	var table addedTokens
	some := false
	for _, t := range tokens {
		if t.Normalized != normalized {
			continue
		}
		some = true
		first := t.Content[0]
		table[first] = append(table[first], t)
	}
	if !some {
		return nil
	}
	for _, list := range table {
		slices.SortStableFunc(list, func(a, b addedToken) int { return len(b.Content) - len(a.Content) })
	}
	return &table
}

// match returns the longest added token at the start of s.
func (a *addedTokens) match(s string) (addedToken, bool) {
	for _, t := range a[s[0]] {
		if strings.HasPrefix(s, t.Content) {
			return t, true
		}
	}
	return addedToken{}, false
}

// cut calls text for each stretch without added tokens and token for each
// added token, in order. The leftmost longest token wins.
func (a *addedTokens) cut(s string, text func(string), token func(int32)) {
	if a == nil {
		text(s)
		return
	}
	done := 0
	for i := 0; i < len(s); {
		t, found := a.match(s[i:])
		if !found {
			i++
			continue
		}
		start, stop := i, i+len(t.Content)
		i = stop
		if t.SingleWord && (endsWithWord(s[:start]) || startsWithWord(s[stop:])) {
			continue
		}
		if t.LStrip {
			start = max(done, len(strings.TrimRightFunc(s[:start], unicode.IsSpace)))
		}
		if t.RStrip {
			// A token among these blanks is still found, as in Hugging Face's library.
			stop = len(s) - len(strings.TrimLeftFunc(s[stop:], unicode.IsSpace))
		}
		if done < start {
			text(s[done:start])
		}
		token(t.ID)
		done = stop
	}
	if done < len(s) {
		text(s[done:])
	}
}

func startsWithWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && isWord(r)
}

func endsWithWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && isWord(r)
}
