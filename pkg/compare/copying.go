package compare

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
)

// The lengths of n-grams, in words, that are looked up in the training text. A run of four
// words may be a common turn of phrase; one of ten hardly is.
const (
	ShortestGram = 4
	LongestGram  = 10
)

// CopyWords is the least length at which a passage can be called a copy, and NearCopyWords
// that for a near copy: four fifths of fewer words occur in some text by chance.
const (
	CopyWords     = 5
	NearCopyWords = 10
)

// nearShare is the least share of a near copy's words that its source has in the same
// order; likeShare is the least share for which a source is sought.
const (
	nearShare = 0.8
	likeShare = 0.6
)

// Index finds runs of words in a training text.
type Index struct {
	ids      map[string]int32
	words    []int32   // of all texts, each text closed by a stop
	owner    []int32   // the text that a word belongs to
	begins   []int32   // where each text begins in words, and where the last one ends
	suffixes []int32   // positions in words, sorted by what follows until the stop
	having   [][]int32 // the texts that have each word, by its id
}

// stop ends a text, so that no run extends into the next. unknown is a word that is not in
// the training text.
const (
	stop    int32 = -1
	unknown int32 = -2
)

// NewIndex indexes the texts by their [Words]: a sorted array of suffixes
// (Manber and Myers, "Suffix arrays: a new method for on-line string searches",
// 1993), in which the longest run that a text shares is found by binary search.
func NewIndex(texts []string) *Index {
	t := &Index{ids: map[string]int32{}}
	for owner, s := range texts {
		t.begins = append(t.begins, int32(len(t.words)))
		for _, word := range Words(s) {
			id, ok := t.ids[word]
			if !ok {
				id = int32(len(t.ids))
				t.ids[word] = id
				t.having = append(t.having, nil)
			}
			if n := len(t.having[id]); n == 0 || t.having[id][n-1] != int32(owner) {
				t.having[id] = append(t.having[id], int32(owner))
			}
			t.suffixes = append(t.suffixes, int32(len(t.words)))
			t.words = append(t.words, id)
			t.owner = append(t.owner, int32(owner))
		}
		t.words = append(t.words, stop)
		t.owner = append(t.owner, int32(owner))
	}
	t.begins = append(t.begins, int32(len(t.words)))
	slices.SortFunc(t.suffixes, func(a, b int32) int {
		order, _ := t.compare(t.words[a:], int(b))
		return cmp.Or(order, cmp.Compare(a, b))
	})
	return t
}

// compare orders words, up to their end or stop, against the text at position at,
// and tells how many words the two share.
func (t *Index) compare(words []int32, at int) (order, shared int) {
	for shared < len(words) && words[shared] == t.words[at+shared] && words[shared] != stop {
		shared++
	}
	next := stop
	if shared < len(words) {
		next = words[shared]
	}
	return cmp.Compare(next, t.words[at+shared]), shared
}

// longest returns the most words that words share, from their first on, with any
// place of the training text, and one such place.
func (t *Index) longest(words []int32) (shared, at int) {
	i, _ := slices.BinarySearchFunc(t.suffixes, words, func(suffix int32, words []int32) int {
		order, _ := t.compare(words, int(suffix))
		return -order
	})
	for _, j := range []int{i, i - 1} {
		if j >= 0 && j < len(t.suffixes) {
			if _, n := t.compare(words, int(t.suffixes[j])); n > shared {
				shared, at = n, int(t.suffixes[j])
			}
		}
	}
	return shared, at
}

// Copying says how much of some texts occurs in a training text.
type Copying struct {
	Texts    int         `json:"texts"`
	Passages int         `json:"passages"`
	Grams    []GramShare `json:"grams"`
	// Longest is the mean over passages of the longest run of words found.
	Longest       float64   `json:"longest"`
	LongestWithin *Interval `json:"longest_interval,omitempty"`
	// Judged counts the passages of at least five words, Exact those that stand
	// word for word inside one training text. JudgedNear counts the passages of at
	// least ten words, LongExact the exact copies among them, and Near those that are
	// none but of which four fifths of the words stand in order in some training text.
	// The shorter a passage, the likelier it is an exact copy: where lengths differ,
	// LongExact compares better. The intervals are of the shares.
	Judged          int       `json:"judged"`
	Exact           int       `json:"exact"`
	ExactWithin     *Interval `json:"exact_interval,omitempty"`
	JudgedNear      int       `json:"judged_near"`
	LongExact       int       `json:"long_exact"`
	LongExactWithin *Interval `json:"long_exact_interval,omitempty"`
	Near            int       `json:"near"`
	NearWithin      *Interval `json:"near_interval,omitempty"`
	// Runs holds each passage: exact copies first, then near ones, then others of five
	// words or more; those of which the greatest share stands in order come first.
	Runs []CopiedRun `json:"runs"`
}

// GramShare is the share of n-grams that the training text has.
type GramShare struct {
	N      int       `json:"n"`
	Grams  int       `json:"grams"` // looked up
	Share  float64   `json:"share"` // of them, found; 0 if there are none
	Within *Interval `json:"interval,omitempty"`
}

// CopiedRun is a passage's longest run of words found in the training text.
type CopiedRun struct {
	Text    int     `json:"text"` // index of the text that the passage belongs to
	Passage string  `json:"passage"`
	Words   int     `json:"words"` // of the passage
	Length  int     `json:"length"`
	Run     string  `json:"run"`
	Source  int     `json:"source"`  // index of the training text that has the run, −1 if none
	Nearest int     `json:"nearest"` // index of the training text that has most of the passage's words in order
	InOrder float64 `json:"ordered"` // share of the passage's words that stand in order there
	Kind    string  `json:"kind,omitempty"`
}

// Alike tells whether the nearest training text has enough of the passage in order, three
// fifths, for the two to be shown side by side.
func (r CopiedRun) Alike() bool { return r.Nearest >= 0 && r.InOrder >= likeShare }

// The kinds of copies.
const (
	ExactCopy = "exact"
	NearCopy  = "near"
)

// Search looks for the texts in the training text. Each text is one or more passages;
// n-grams do not span passages. Case and punctuation do not matter, see [Words].
//
// The shares are those with which McCoy et al. ("How much do language models copy
// from their training data?", TACL 2023) ask whether n-grams are new; as there,
// a share means little without that of real texts which the model did not learn
// from. The order of near copies is the longest common subsequence, as in ROUGE-L
// (Lin 2004): the training text that has the most of a passage is found exactly,
// where it has three fifths; else Nearest is the Source of the longest run.
//
// Intervals are drawn over texts, because the passages of one text are not independent; of
// n-grams or passages that fewer than [FewestTexts] texts have there are none. If no n-gram
// or copy was found, or all were, every sample is alike, and the interval is [Wilson]'s for
// the texts that have any, as if each had all of its n-grams or none.
func (t *Index) Search(texts [][]string, seed uint64) (Copying, error) {
	if len(texts) == 0 || len(t.suffixes) == 0 {
		return Copying{}, errors.New("compare: no texts, or no training text, to look for copies")
	}
	const (
		lengths  = LongestGram - ShortestGram + 1
		longest  = lengths
		exact    = lengths + 1
		long     = lengths + 2
		near     = lengths + 3
		measures = lengths + 4
	)
	// By text: the n-grams found, the words of the longest runs, the copies of each kind;
	// and of how many n-grams or passages.
	var found, among [measures][]float64
	c := Copying{Texts: len(texts)}
	for i := range found {
		found[i], among[i] = make([]float64, len(texts)), make([]float64, len(texts))
	}
	for i, passages := range texts {
		for _, passage := range passages {
			words := Words(passage)
			if len(words) == 0 {
				continue
			}
			shared, run := t.search(words)
			for j := range lengths {
				n := ShortestGram + j
				among[j][i] += float64(max(0, len(words)-n+1))
				for _, s := range shared {
					if s >= n {
						found[j][i]++
					}
				}
			}
			found[longest][i] += float64(run.Length)
			among[longest][i]++
			run.Text, run.Passage = i, passage
			if run.Words >= CopyWords {
				among[exact][i]++
				if run.Length == run.Words {
					run.Kind = ExactCopy
					found[exact][i]++
				}
			}
			if run.Words >= NearCopyWords {
				among[long][i]++
				among[near][i]++
				switch {
				case run.Kind == ExactCopy:
					found[long][i]++
				case run.InOrder >= nearShare:
					run.Kind = NearCopy
					found[near][i]++
				}
			}
			c.Runs = append(c.Runs, run)
		}
	}
	if c.Passages = len(c.Runs); c.Passages == 0 {
		return Copying{}, errors.New("compare: the texts that are looked for have no words")
	}
	within := copyIntervals(found[:], among[:], longest, seed)
	for j := range lengths {
		share := GramShare{N: ShortestGram + j, Grams: int(sum(among[j])), Within: within[j]}
		if share.Grams > 0 {
			share.Share = sum(found[j]) / sum(among[j])
		}
		c.Grams = append(c.Grams, share)
	}
	c.Longest, c.LongestWithin = sum(found[longest])/sum(among[longest]), within[longest]
	c.Judged, c.Exact, c.ExactWithin = int(sum(among[exact])), int(sum(found[exact])), within[exact]
	c.LongExact, c.LongExactWithin = int(sum(found[long])), within[long]
	c.JudgedNear, c.Near, c.NearWithin = int(sum(among[near])), int(sum(found[near])), within[near]
	slices.SortStableFunc(c.Runs, func(a, b CopiedRun) int {
		return cmp.Or(cmp.Compare(b.rank(), a.rank()), cmp.Compare(b.InOrder, a.InOrder), cmp.Compare(b.Length, a.Length))
	})
	return c, nil
}

// copyIntervals gives the intervals of Σ found / Σ among, of which each measure has one value
// a text. All but one of the measures are shares.
func copyIntervals(found, among [][]float64, notShare int, seed uint64) []*Interval {
	within := Bootstrap([]int{len(found[0])}, len(found), seed, func(samples [][]int, values []float64) {
		for j := range values {
			values[j] = ratio(found[j], among[j], samples[0])
		}
	})
	for j := range within {
		having := 0 // texts without a passage of the length say nothing
		for _, n := range among[j] {
			if n > 0 {
				having++
			}
		}
		switch hits := sum(found[j]); {
		case hits == 0 && j != notShare:
			within[j] = Wilson(0, having)
		case hits == sum(among[j]) && j != notShare:
			within[j] = Wilson(having, having)
		case having < FewestTexts:
			within[j] = nil
		}
	}
	return within
}

// rank orders passages by what kind of copy they are, the clearest highest.
func (r CopiedRun) rank() int {
	switch {
	case r.Kind == ExactCopy:
		return 3
	case r.Kind == NearCopy:
		return 2
	case r.Words >= CopyWords:
		return 1
	default:
		return 0
	}
}

// search returns, for each of a passage's words, the length of the longest run
// that begins there and that the training text has, and the longest of all.
func (t *Index) search(words []string) (shared []int, run CopiedRun) {
	ids := t.encode(words)
	shared = make([]int, len(ids))
	run = CopiedRun{Words: len(words), Source: -1, Nearest: -1}
	for i := range ids {
		n, at := t.longest(ids[i:])
		shared[i] = n
		if n > run.Length {
			run.Length, run.Source = n, int(t.owner[at])
			run.Run = strings.Join(words[i:i+n], " ")
		}
	}
	if run.Source >= 0 {
		run.Nearest = run.Source
		most := inOrder(ids, t.wordsOf(run.Source))
		if len(ids) >= CopyWords {
			run.Nearest, most = t.nearest(ids, run.Source, most)
		}
		run.InOrder = float64(most) / float64(len(ids))
	}
	return shared, run
}

// nearest returns the training text that has the most of the words in order, and how
// many, if that are more than the text best has, and three fifths of the words.
//
// A text that has need of the n words has at least one of any n−need+1 of them. So only
// texts with one of the n−need+1 rarest words are examined (prefix filtering: Chaudhuri,
// Ganti and Kaushik, "A Primitive Operator for Similarity Joins in Data Cleaning", 2006).
func (t *Index) nearest(ids []int32, best, most int) (text, shared int) {
	need := max(most+1, int(math.Ceil(likeShare*float64(len(ids)))))
	if need > len(ids) {
		return best, most
	}
	rarest := slices.Clone(ids)
	slices.SortFunc(rarest, func(a, b int32) int { return cmp.Compare(len(t.textsWith(a)), len(t.textsWith(b))) })
	seen := map[int32]bool{}
	for _, id := range rarest[:len(ids)-need+1] {
		for _, candidate := range t.textsWith(id) {
			if seen[candidate] {
				continue
			}
			seen[candidate] = true
			if n := inOrder(ids, t.wordsOf(int(candidate))); n >= need && n > most {
				best, most = int(candidate), n
			}
		}
	}
	return best, most
}

// wordsOf are a text's words, without the stop.
func (t *Index) wordsOf(text int) []int32 { return t.words[t.begins[text] : t.begins[text+1]-1] }

func (t *Index) textsWith(id int32) []int32 {
	if id == unknown {
		return nil
	}
	return t.having[id]
}

func (t *Index) encode(words []string) []int32 {
	ids := make([]int32, len(words))
	for i, word := range words {
		id, ok := t.ids[word]
		if !ok {
			id = unknown
		}
		ids[i] = id
	}
	return ids
}

// inOrder is the length of the longest common subsequence.
func inOrder(a, b []int32) int {
	row := make([]int, len(b)+1) // row[j]: of what was read of a, and b[:j]
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
