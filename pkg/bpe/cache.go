package bpe

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// Long words are rare, and would fill memory.
const (
	cacheWords    = 1 << 17
	cacheWordSize = 64
)

// wordCache remembers the tokens of words, for natural text repeats a few thousand of
// them. A word has two slots: a new one takes the first, and what it finds there the
// second, so that frequent words stay.
//
// Goroutines share it without a lock. Even readers of a lock write to its counter, and
// processors that write to one place in memory wait for each other longer than it takes to
// look a word up.
type wordCache struct {
	seed  maphash.Seed
	slots []atomic.Pointer[cachedWord]
}

type cachedWord struct {
	word string
	ids  []int32
}

func newWordCache() wordCache {
	return wordCache{maphash.MakeSeed(), make([]atomic.Pointer[cachedWord], cacheWords)}
}

// find returns the tokens of a word, where it is known, and the slot to add it at.
func (c *wordCache) find(word string) (ids []int32, slot int) {
	slot = int(maphash.String(c.seed, word) % cacheWords)
	for _, i := range [...]int{slot, slot ^ 1} {
		if known := c.slots[i].Load(); known != nil && known.word == word {
			return known.ids, slot
		}
	}
	return nil, slot
}

// add remembers the tokens of a word that find gave the slot of. It copies both: the word
// must not keep the whole text in memory.
func (c *wordCache) add(slot int, word string, ids []int32) {
	if len(word) > cacheWordSize {
		return
	}
	last := c.slots[slot].Swap(&cachedWord{strings.Clone(word), append([]int32(nil), ids...)})
	if last != nil {
		c.slots[slot^1].Store(last)
	}
}
