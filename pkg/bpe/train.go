package bpe

import (
	"container/heap"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// TrainOptions says what vocabulary [Train] makes. The zero value is GPT-2's
// size without special tokens.
type TrainOptions struct {
	VocabSize     int      // tokens in all, special ones and the 256 bytes among them (default 50257)
	MinFrequency  int      // a pair that occurs less often is not merged (default 2)
	SpecialTokens []string // they take the first ids, in this order

	// Progress, when set, is called now and then from the calling goroutine.
	Progress func(TrainProgress)
}

// TrainProgress tells how far [Train] is.
type TrainProgress struct {
	Texts     int // texts read
	Words     int // distinct words found
	Tokens    int // size of the vocabulary so far
	VocabSize int // size wanted
}

// How often training looks at its context and reports.
const (
	textsPerReport  = 1 << 12
	mergesPerReport = 1 << 8
)

// Train makes a vocabulary from texts: it starts from the 256 bytes and joins
// the most frequent pair of neighbours inside words into a new token, again
// and again. Each text is cut into words on its own.
//
// Vocabulary and merges are those of ByteLevelBPETokenizer's train_from_iterator in Hugging
// Face's tokenizers: among equally frequent pairs the one with the lower ids goes first.
// Training stops early, with a smaller vocabulary, when no pair is frequent enough. The
// error is ctx's, or says which option is invalid.
func Train(ctx context.Context, texts iter.Seq[string], o TrainOptions) (*Tokenizer, error) {
	if o.VocabSize == 0 {
		o.VocabSize = 50257
	}
	if o.MinFrequency == 0 {
		o.MinFrequency = 2
	}
	if least := len(byteRune) + len(o.SpecialTokens); o.VocabSize < least || o.VocabSize > maxTokens {
		return nil, fmt.Errorf("bpe: a vocabulary of %d tokens cannot be: choose from %d (bytes and special tokens) to %d", o.VocabSize, least, maxTokens)
	}
	report := func(p TrainProgress) {
		if o.Progress != nil {
			p.VocabSize = o.VocabSize
			o.Progress(p)
		}
	}

	counts := make(map[string]int)
	read := 0
	for text := range texts {
		for text != "" {
			n := nextWord(text)
			counts[text[:n]]++
			text = text[n:]
		}
		read++
		if read%textsPerReport == 0 {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("bpe: training stopped after %d texts: %w", read, err)
			}
			report(TrainProgress{Texts: read, Words: len(counts)})
		}
	}

	l := newLearner(o.SpecialTokens)
	l.addWords(counts)
	for len(l.tokens) < o.VocabSize && l.mergeBest(o.MinFrequency) {
		if len(l.tokens)%mergesPerReport == 0 {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("bpe: training stopped at %d tokens: %w", len(l.tokens), err)
			}
			report(TrainProgress{Texts: read, Words: len(counts), Tokens: len(l.tokens)})
		}
	}
	report(TrainProgress{Texts: read, Words: len(counts), Tokens: len(l.tokens)})
	t, err := l.tokenizer(o.SpecialTokens)
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	return t, nil
}

// learner holds the state of training: the words as they are cut at this
// moment, and how often each pair of tokens stands side by side in them.
type learner struct {
	tokens []string
	ids    map[string]int32
	merges []pair

	words  [][]int32        // tokens of each distinct word
	counts []int            // how often each word occurs
	pairs  map[pair]int     // how often each pair occurs
	fresh  map[pair][]int32 // words that may hold a pair that the last merge made
	queue  candidates
}

func newLearner(special []string) *learner {
	l := &learner{ids: make(map[string]int32), pairs: make(map[pair]int), fresh: make(map[pair][]int32)}
	for _, token := range special {
		l.add(token)
	}
	alphabet := slices.Clone(byteRune[:])
	slices.Sort(alphabet)
	for _, r := range alphabet {
		l.add(string(r))
	}
	return l
}

// add returns the id of token, new or known.
func (l *learner) add(token string) int32 {
	if id, known := l.ids[token]; known {
		return id
	}
	id := int32(len(l.tokens))
	l.tokens, l.ids[token] = append(l.tokens, token), id
	return id
}

// addWords cuts the words into bytes and counts the pairs.
func (l *learner) addWords(counts map[string]int) {
	var bytes [256]int32
	for b, r := range byteRune {
		bytes[b] = l.ids[string(r)]
	}
	for _, word := range slices.Sorted(maps.Keys(counts)) {
		symbols := make([]int32, len(word))
		for i := range len(word) {
			symbols[i] = bytes[word[i]]
		}
		w := int32(len(l.words))
		l.words, l.counts = append(l.words, symbols), append(l.counts, counts[word])
		for i := 1; i < len(symbols); i++ {
			l.change(pairOf(symbols[i-1], symbols[i]), w, +1)
		}
	}
	l.enqueue()
}

// change notes that a pair came (+1) into word w or went (−1).
func (l *learner) change(p pair, w int32, sign int) {
	l.pairs[p] += sign * l.counts[w]
	if sign < 0 {
		return
	}
	in := l.fresh[p]
	if len(in) == 0 || in[len(in)-1] != w {
		l.fresh[p] = append(in, w)
	}
}

// enqueue makes candidates of the pairs that came up since the last call.
func (l *learner) enqueue() {
	for p, words := range l.fresh {
		if count := l.pairs[p]; count > 0 {
			heap.Push(&l.queue, candidate{pair: p, count: count, words: words})
		}
	}
	clear(l.fresh)
}

// mergeBest joins the most frequent pair wherever it stands. It returns false
// when no pair occurs minFrequency times.
//
// The count of a merged pair is kept, not set to zero, and a pair may be
// queued twice when two ways lead to the same token: this is how Hugging
// Face's trainer counts, and its merges depend on it.
func (l *learner) mergeBest(minFrequency int) bool {
	for len(l.queue) > 0 {
		best := heap.Pop(&l.queue).(candidate)
		if now := l.pairs[best.pair]; now != best.count {
			best.count = now
			heap.Push(&l.queue, best)
			continue
		}
		if best.count < max(1, minFrequency) {
			return false
		}
		left, right := best.pair.ids()
		joined := l.add(l.tokens[left] + l.tokens[right])
		l.merges = append(l.merges, best.pair)
		for _, w := range best.words {
			l.mergeIn(w, left, right, joined)
		}
		l.enqueue()
		return true
	}
	return false
}

// mergeIn replaces left, right by joined in word w, from the left.
func (l *learner) mergeIn(w, left, right, joined int32) {
	old := l.words[w]
	out := old[:0]
	for i := 0; i < len(old); i++ {
		if old[i] != left || i+1 == len(old) || old[i+1] != right {
			out = append(out, old[i])
			continue
		}
		if n := len(out); n > 0 {
			l.change(pairOf(out[n-1], left), w, -1)
			l.change(pairOf(out[n-1], joined), w, +1)
		}
		i++
		if i+1 < len(old) {
			l.change(pairOf(right, old[i+1]), w, -1)
			l.change(pairOf(joined, old[i+1]), w, +1)
		}
		out = append(out, joined)
	}
	l.words[w] = out
}

// tokenizer makes the tokenizer from what was learnt. If a pair was merged twice, the last
// merge counts.
func (l *learner) tokenizer(special []string) (*Tokenizer, error) {
	last := make(map[pair]int, len(l.merges))
	for i, p := range l.merges {
		last[p] = i
	}
	var merges [][2]string
	for i, p := range l.merges {
		if last[p] == i {
			left, right := p.ids()
			merges = append(merges, [2]string{l.tokens[left], l.tokens[right]})
		}
	}
	var added []addedToken
	for _, token := range special {
		if id := l.ids[token]; !slices.ContainsFunc(added, func(a addedToken) bool { return a.ID == id }) {
			added = append(added, addedToken{ID: id, Content: token, Special: true})
		}
	}
	has := func(token string) bool { return slices.Contains(special, token) }
	return newTokenizer(l.ids, merges, added, guessRoles(has))
}

// candidate is a pair that may be merged, as it stood when it was queued.
type candidate struct {
	pair  pair
	count int
	words []int32 // words in which it came up
}

// candidates is a heap: the most frequent pair first, then the lowest ids.
type candidates []candidate

func (c candidates) Len() int      { return len(c) }
func (c candidates) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c candidates) Less(i, j int) bool {
	if c[i].count != c[j].count {
		return c[i].count > c[j].count
	}
	if c[i].pair != c[j].pair {
		return c[i].pair < c[j].pair
	}
	return c[i].words[0] < c[j].words[0] // so that the same texts always give the same merges
}
func (c *candidates) Push(x any) { *c = append(*c, x.(candidate)) }
func (c *candidates) Pop() any {
	last := len(*c) - 1
	x := (*c)[last]
	(*c)[last] = candidate{}
	*c = (*c)[:last]
	return x
}
