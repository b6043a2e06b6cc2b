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

// wordCache remembers the tokens of words, since natural text repeats a few thousand of
// them. A word has two slots: a new word takes the first and moves what was there to the
// second, so that frequent words survive.
//
// Goroutines share it without a lock. Even read locks write to a shared counter, and
// contention for that memory costs more than looking a word up.
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

// find returns the tokens of a word, if it is known, and the slot for adding it.
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
