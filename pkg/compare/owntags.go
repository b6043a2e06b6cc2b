package compare

import (
	"cmp"
	"slices"
)

// OwnTag is a hashtag or handle that one side uses and the other never does.
type OwnTag struct {
	Word     string `json:"word"`
	Accounts int    `json:"accounts"` // of the side that use it
	Texts    int    `json:"texts"`
}

// OwnTags finds the hashtags and handles that many accounts of one side use and nobody
// of the other, those of most accounts first: what a side calls itself and its own, rather
// than how it writes. owners name who wrote each text; what is among the names is left
// out.
//
// Many means a tenth of the side's accounts and at least three; with fewer than six
// accounts, half of them and at least two, since what a single account uses may be only its
// own. Tags among the telling terms, a classifier's strongest, are included however many
// accounts use them.
func OwnTags(texts, owners [2][]string, names Names, telling []Term) (own [2][]OwnTag) {
	type use struct {
		texts    int
		accounts map[string]bool
	}
	var uses [2]map[string]*use
	for side := range texts {
		uses[side] = map[string]*use{}
		for i, s := range texts[side] {
			seen := map[string]bool{}
			for _, word := range Words(s) {
				if seen[word] || !isHashtag(word) && !isMention(word) {
					continue
				}
				seen[word] = true
				u := uses[side][word]
				if u == nil {
					u = &use{accounts: map[string]bool{}}
					uses[side][word] = u
				}
				u.texts++
				u.accounts[owners[side][i]] = true
			}
		}
	}
	tells := map[string]bool{}
	for _, t := range telling {
		tells[t.Term] = true
	}
	for side := range own {
		writers := map[string]bool{}
		for _, owner := range owners[side] {
			writers[owner] = true
		}
		n := len(writers)
		many := max(2, min(3, (n+1)/2), (n+9)/10)
		for word, u := range uses[side] {
			if uses[1-side][word] == nil && (len(u.accounts) >= many || tells[word]) && !names.In(word) {
				own[side] = append(own[side], OwnTag{word, len(u.accounts), u.texts})
			}
		}
		slices.SortFunc(own[side], func(a, b OwnTag) int {
			return cmp.Or(cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(b.Texts, a.Texts), cmp.Compare(a.Word, b.Word))
		})
	}
	return own
}
