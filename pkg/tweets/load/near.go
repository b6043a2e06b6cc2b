package load

import (
	"hash/fnv"
	"strings"
	"unicode"
)

// nearCopies knows the wordings that it was shown, as hashes of 64 bits: some
// 20 bytes for each. Two wordings that differ share one with a chance of one in
// a million when ten million are known.
type nearCopies map[uint64]struct{}

// seen tells whether a text's wording was shown before.
func (n nearCopies) seen(text string) bool {
	words := wording(text)
	if words == "" {
		return false
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(words)) // it never fails
	key := hash.Sum64()
	if _, known := n[key]; known {
		return true
	}
	n[key] = struct{}{}
	return false
}

// wording is what near copies have in common: the words of a text in lower case,
// without links and mentions, and of the other words the letters and digits alone.
func wording(text string) string {
	var b strings.Builder
	for _, word := range strings.Fields(text) {
		if strings.HasPrefix(word, "@") || strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") {
			continue
		}
		begun := false
		for _, r := range word {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				continue
			}
			if !begun && b.Len() > 0 {
				b.WriteByte(' ')
			}
			begun = true
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
