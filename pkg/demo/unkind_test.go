package demo_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// TestUnkind measures how often the tweets that are kept have what real ones have and
// programs stumble over; doc.go tells the shares.
func TestUnkind(t *testing.T) {
	matches := func(pattern string) func(tweets.Tweet) bool {
		compiled := regexp.MustCompile(pattern)
		return func(t tweets.Tweet) bool { return compiled.MatchString(t.TextClean) }
	}
	rows := standard(t).result.Tweets
	for name, c := range map[string]struct {
		low, high float64
		is        func(tweets.Tweet) bool
	}{
		"two blanks or a blank line inside": {0.4, 0.6, matches(`\s\s`)},
		"a tab or no-break space":           {0.04, 0.2, matches("[\t\u00a0]")},
		"a wrapped handle":                  {0.02, 0.2, matches("\u2066@\\w+\u2069")},
		"a character that does not show":    {0.02, 0.1, matches("[\u200b\u200e\ufeff\u00ad]|\u200d\\s")},
		"decomposed letters":                {0.03, 0.1, func(t tweets.Tweet) bool { return !norm.NFC.IsNormalString(t.TextClean) }},
		"curly quotation marks":             {0.003, 0.1, matches("[“«]")},
		"straight quotation marks":          {0.003, 0.1, matches(`"`)},
		"entities":                          {0.01, 0.1, matches(`&(amp|lt|gt);`)},
		"a link":                            {0.4, 0.6, func(t tweets.Tweet) bool { return strings.Contains(t.Text, "https://t.co/") }},
		"emoji of several code points":      {0.03, 0.3, matches("\u200d\\S|[\U0001F1E6-\U0001F1FF\U0001F3FB-\U0001F3FF]")},
		"another language":                  {0.01, 0.06, matches(`(?i)\b(the|our|els|gràcies|não|obrigado|pu)\b`)},
		"capitals only": {0.01, 0.05, func(t tweets.Tweet) bool {
			text := plain(t.TextClean)
			return strings.ContainsFunc(text, unicode.IsUpper) && !strings.ContainsFunc(text, unicode.IsLower)
		}},
		"hashtags or mentions only": {0.005, 0.05, matches(`^([\x{2066}@#]\S+\s+)+\S*$`)},
	} {
		n := 0
		for _, row := range rows {
			if c.is(row) {
				n++
			}
		}
		share := float64(n) / float64(len(rows))
		t.Logf("%.3f of the tweets have %s", share, name)
		if share < c.low || share > c.high {
			t.Errorf("%.3f of the tweets have %s, want %v to %v", share, name, c.low, c.high)
		}
	}
}

var names = regexp.MustCompile(`[@#]\S+|&\w+;`)

// plain is a text without handles, hashtags and entities.
func plain(text string) string { return names.ReplaceAllString(text, "") }

// TestTwoForms: what shows as one handle or word is written in two ways.
func TestTwoForms(t *testing.T) {
	written := make(map[string]map[string]bool) // by what shows
	for _, row := range standard(t).result.Tweets {
		for _, word := range strings.Fields(row.TextClean) {
			shows := norm.NFC.String(strings.Trim(word, "\u2066\u2069"))
			if written[shows] == nil {
				written[shows] = make(map[string]bool)
			}
			written[shows][word] = true
		}
	}
	handles, words := 0, 0
	for shows, forms := range written {
		switch {
		case len(forms) == 1:
		case strings.HasPrefix(shows, "@"):
			handles++
		default:
			words++
		}
	}
	if handles < 20 || words < 100 {
		t.Errorf("%d handles and %d words stand in two forms", handles, words)
	}
}

// TestOwnWords: nearly every account has a word and a hashtag that it alone uses.
func TestOwnWords(t *testing.T) {
	uses := make(map[string]map[string]int) // of words, by account
	accounts := make(map[string]bool)
	for _, row := range standard(t).result.Tweets {
		accounts[row.ScreenName] = true
		for _, word := range strings.Fields(row.TextClean) {
			word = strings.ToLower(norm.NFC.String(strings.Trim(word, ".,:;!?¡¿…")))
			if uses[word] == nil {
				uses[word] = make(map[string]int)
			}
			uses[word][row.ScreenName]++
		}
	}
	words, hashtags := make(map[string]bool), make(map[string]bool) // accounts that have one
	for word, by := range uses {
		for account, n := range by {
			switch {
			case len(by) > 1 || n < 3 || strings.HasPrefix(word, "@"):
			case strings.HasPrefix(word, "#"):
				hashtags[account] = true
			default:
				words[account] = true
			}
		}
	}
	if most := len(accounts) * 3 / 4; len(words) < most || len(hashtags) < most {
		t.Errorf("of %d accounts %d have words of their own, %d hashtags", len(accounts), len(words), len(hashtags))
	}
}

// TestNearCopies: some tweets are another account's but for one word.
func TestNearCopies(t *testing.T) {
	type copied struct{ account, word string }
	first := make(map[string]copied) // by the text without one of its words
	n := 0
	rows := standard(t).result.Tweets
	for _, row := range rows {
		words := strings.Fields(plain(row.TextClean))
		near := false
		for i, word := range words {
			words[i] = "…"
			rest := strings.Join(words, " ")
			words[i] = word
			was, ok := first[rest]
			if !ok {
				first[rest] = copied{row.ScreenName, word}
			}
			near = near || ok && len(words) > 9 && was.account != row.ScreenName && was.word != word
		}
		if near {
			n++
		}
	}
	share := float64(n) / float64(len(rows))
	t.Logf("%.3f of the tweets are near copies", share)
	if share < 0.005 || share > 0.1 {
		t.Errorf("%.3f of the tweets are near copies", share)
	}
}
