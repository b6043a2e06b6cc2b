package bpe

import (
	"errors"
	"fmt"
	"slices"
)

// Tokenizer turns text into GPT-2 token ids and back.
// It is safe for concurrent use.
type Tokenizer struct {
	tokens []string         // by id, in the vocabulary's alphabet; "" where an id is not given
	raw    []string         // by id, the bytes that the token stands for
	ids    map[string]int32 // inverse of tokens
	merges []pair           // by rank
	rules  map[pair]rule    // what merges say, for look-up
	bytes  [256]int32       // the token of each single byte
	added  []addedToken     // by id
	all    addedPasses      // find those of added
	plain  addedPasses      // find those that are not special
	hidden []bool           // by id, whether it is a special token
	roles  roles            // which token begins, ends, pads
	prefix bool             // a blank is put before a text that has none (add_prefix_space)
	cache  wordCache
}

// errNoMerges is the error for a vocabulary without merges whose tokens are not all single
// bytes or added tokens.
var errNoMerges = errors.New("there are no merges, and only a vocabulary of bytes and special tokens needs none: fetch the file again")

// newTokenizer checks that vocabulary, merges and added tokens fit together
// and makes the tables for look-up.
func newTokenizer(vocab map[string]int32, merges [][2]string, added []addedToken, r roles) (*Tokenizer, error) {
	top := int32(-1)
	for token, id := range vocab {
		if id < 0 || id >= maxTokens {
			return nil, fmt.Errorf("token %q has id %d: ids go from 0 to %d", token, id, maxTokens-1)
		}
		if token == "" {
			return nil, fmt.Errorf("the token with id %d is empty", id)
		}
		top = max(top, id)
	}
	for _, a := range added {
		if a.Content == "" {
			return nil, fmt.Errorf("the added token with id %d is empty", a.ID)
		}
		if a.ID < 0 || a.ID >= maxTokens {
			return nil, fmt.Errorf("added token %q has id %d: ids go from 0 to %d", a.Content, a.ID, maxTokens-1)
		}
		top = max(top, a.ID)
	}
	t := &Tokenizer{
		tokens: make([]string, top+1),
		raw:    make([]string, top+1),
		hidden: make([]bool, top+1),
		ids:    make(map[string]int32, len(vocab)+len(added)),
		rules:  make(map[pair]rule, len(merges)),
		cache:  newWordCache(),
		added:  added,
		roles:  r,
	}
	for token, id := range vocab {
		if taken := t.tokens[id]; taken != "" {
			return nil, fmt.Errorf("tokens %q and %q have the same id %d", min(taken, token), max(taken, token), id)
		}
		t.tokens[id], t.raw[id], t.ids[token] = token, rawBytes(token), id
	}
	for _, a := range added {
		if taken := t.tokens[a.ID]; taken != "" && taken != a.Content {
			return nil, fmt.Errorf("added token %q has the id %d of %q", a.Content, a.ID, taken)
		}
		t.tokens[a.ID], t.raw[a.ID], t.ids[a.Content] = a.Content, a.Content, a.ID
		t.hidden[a.ID] = a.Special
	}
	for b, r := range byteRune {
		id, known := t.ids[string(r)]
		if !known {
			return nil, fmt.Errorf("the vocabulary lacks %q, which stands for byte 0x%02x: it is not a byte-level vocabulary", string(r), b)
		}
		t.bytes[b] = id
	}
	if len(merges) == 0 {
		for token, id := range t.ids {
			if isByte := t.bytes[t.raw[id][0]] == id; !isByte && !slices.ContainsFunc(added, func(a addedToken) bool { return a.ID == id }) {
				return nil, fmt.Errorf("%w: the vocabulary has %.80q", errNoMerges, token)
			}
		}
	}
	for rank, m := range merges {
		left, knowsLeft := t.ids[m[0]]
		right, knowsRight := t.ids[m[1]]
		joined, knowsJoined := t.ids[m[0]+m[1]]
		if !knowsLeft || !knowsRight || !knowsJoined {
			return nil, fmt.Errorf("merge %d joins %q and %q, but the vocabulary lacks one of them or %q: the files do not belong together", rank+1, m[0], m[1], m[0]+m[1])
		}
		p := pairOf(left, right)
		t.merges = append(t.merges, p)
		t.rules[p] = rule{rank: int32(rank), id: joined}
	}
	t.all = newAddedPasses(added)
	t.plain = newAddedPasses(slices.DeleteFunc(slices.Clone(added), func(a addedToken) bool { return a.Special }))
	return t, nil
}

// Encode returns the token ids of s. Special tokens written out in s are recognised. None
// is added, even if the file's post-processor would do so (as with Hugging Face's
// add_special_tokens=False). A byte that is not UTF-8 is encoded as itself. Encoding is
// Hugging Face's, id for id. The time grows as len(s)·log(longest word).
func (t *Tokenizer) Encode(s string) []int32 { return t.Append(nil, s) }

// EncodeText is Encode for untrusted text: special tokens written out in s are text like
// any other (Hugging Face's split_special_tokens=True).
func (t *Tokenizer) EncodeText(s string) []int32 { return t.AppendText(nil, s) }

// Append appends to ids what [Tokenizer.Encode] returns.
func (t *Tokenizer) Append(ids []int32, s string) []int32 { return t.append(ids, s, t.all) }

// AppendText appends to ids what [Tokenizer.EncodeText] returns.
func (t *Tokenizer) AppendText(ids []int32, s string) []int32 { return t.append(ids, s, t.plain) }

func (t *Tokenizer) append(out []int32, s string, added addedPasses) []int32 {
	out = slices.Grow(out, len(s)/3+1)
	m := merger{rules: t.rules}
	var word []int32
	encodeText := func(text string) {
		if t.prefix && text[0] != ' ' {
			text = " " + text
		}
		for text != "" {
			n := nextWord(text)
			out, word = t.encodeWord(&m, text[:n], word, out)
			text = text[n:]
		}
	}
	encodeToken := func(id int32) { out = append(out, id) }
	if s != "" {
		added.first.cut(s, func(rest string) { added.second.cut(rest, encodeText, encodeToken) }, encodeToken)
	}
	return out
}

// encodeWord appends to out the tokens of one word; symbols is memory to reuse.
func (t *Tokenizer) encodeWord(m *merger, word string, symbols, out []int32) (grown, reuse []int32) {
	known, slot := t.cache.find(word)
	if known != nil {
		return append(out, known...), symbols
	}
	symbols = symbols[:0]
	for i := range len(word) {
		symbols = append(symbols, t.bytes[word[i]])
	}
	start := len(out)
	out = m.merge(symbols, out)
	t.cache.add(slot, word, out[start:])
	return out, symbols
}

// Decode returns the text of ids: Decode(Encode(s)) == s for every s in UTF-8
// (unless the vocabulary asks for a blank to be added or taken away). Where
// ids cut a character into pieces, each piece becomes U+FFFD. Ids outside the
// vocabulary are left out, as in Hugging Face's library.
//
// They differ in one case: here an added token stands for its own text, whereas Hugging
// Face's byte-level decoder reads its characters as bytes if each stands for one ("año"
// comes back as "a\ufffdo" there).
func (t *Tokenizer) Decode(ids []int32) string { return t.decode(ids, true) }

// DecodeText is Decode without the special tokens.
func (t *Tokenizer) DecodeText(ids []int32) string { return t.decode(ids, false) }

func (t *Tokenizer) decode(ids []int32, special bool) string {
	var raw []byte
	for _, id := range ids {
		if id < 0 || int(id) >= len(t.raw) || !special && t.IsSpecial(id) {
			continue
		}
		raw = append(raw, t.raw[id]...)
	}
	return validUTF8(raw)
}

// VocabSize returns the number of rows that a model's embedding needs: the
// highest id plus one.
func (t *Tokenizer) VocabSize() int { return len(t.tokens) }

// ID returns the id of a token as the vocabulary writes it, "Ġde" for " de".
func (t *Tokenizer) ID(token string) (int32, bool) {
	id, known := t.ids[token]
	return id, known
}

// Token returns the token of an id as the vocabulary writes it, and "" for an
// id outside the vocabulary.
func (t *Tokenizer) Token(id int32) string {
	if id < 0 || int(id) >= len(t.tokens) {
		return ""
	}
	return t.tokens[id]
}

// Bytes returns the bytes that a token stands for, which may begin or end inside a
// character. An id outside the vocabulary stands for nothing.
func (t *Tokenizer) Bytes(id int32) string {
	if id < 0 || int(id) >= len(t.raw) {
		return ""
	}
	return t.raw[id]
}

// IsSpecial tells whether id is a special token, such as the end of a text.
func (t *Tokenizer) IsSpecial(id int32) bool {
	return id >= 0 && int(id) < len(t.hidden) && t.hidden[id]
}
