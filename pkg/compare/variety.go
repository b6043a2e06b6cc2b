package compare

import (
	"errors"
	"math"
	"math/rand/v2"
)

// VarietyOptions say on how much text variety is measured: the same amount for
// all groups that are compared, because the more text, the more of it repeats.
type VarietyOptions struct {
	Words int // for the distinct n-grams; 0 means all
	Texts int // for self-BLEU; 0 means all, at most 200
	Seed  uint64
}

// Written is a text and how much of it was given to its writer: the words of a
// prompt count for its length, not for its variety.
type Written struct {
	Given, Text string
}

// Variety says how varied some texts are, and what they are made of.
type Variety struct {
	Texts   int `json:"texts"`
	Words   int `json:"words"`
	Sampled struct {
		Words int `json:"words"`
		Texts int `json:"texts"`
	} `json:"sampled"`
	// Distinct[n−1] is the share of different n-grams among all.
	Distinct [2]float64 `json:"distinct"`
	// SelfBLEU is high where texts repeat each other.
	SelfBLEU float64 `json:"self_bleu"`
	Length   Measure `json:"length"` // words in a text, mean
	Hashtags Measure `json:"hashtags"`
	Mentions Measure `json:"mentions"` // shares of the words
	Emoji    Measure `json:"emoji"`
}

// varietyStream sets these random numbers apart from all others of the seed.
const varietyStream = 0x76617279 // "vary"

// varietyDraws are the samples of which distinct n-grams are the mean.
const varietyDraws = 20

// bleuOrder is the longest n-gram of self-BLEU, mostTexts the most texts that it
// compares.
const (
	bleuOrder = 4
	mostTexts = 200
)

// VarietyOf measures the texts' variety, by [Words]:
//
//   - distinct-1 and distinct-2, different n-grams over all n-grams (Li et al., "A
//     Diversity-Promoting Objective Function for Neural Conversation Models", 2016),
//     as the mean over twenty samples of o.Words words, each of texts in random
//     order, the last one cut;
//   - self-BLEU (Zhu et al., "Texygen", 2018): the mean BLEU-4 of each text with all
//     others of a sample of o.Texts texts as its references, n-grams of one to four
//     words weighing the same, smoothed by method 1 of Chen and Cherry ("A
//     Systematic Comparison of Smoothing Techniques for Sentence-Level BLEU", 2014)
//     with ε = 0.1, as nltk does it;
//   - the mean length in words, and the shares of words that are hashtags, are
//     mentions, or hold emoji.
//
// The last have intervals. The first two have none: a bootstrap repeats texts, and
// repetition is what they measure.
func VarietyOf(texts []Written, o VarietyOptions) (Variety, error) {
	var lists [][]string
	var count, length, hashtags, mentions, emoji, one []float64
	for _, t := range texts {
		words := Words(t.Text)
		if len(words) == 0 {
			continue
		}
		lists = append(lists, words)
		of := func(is func(string) bool) float64 {
			n := 0.0
			for _, word := range words {
				if is(word) {
					n++
				}
			}
			return n
		}
		one = append(one, 1)
		count = append(count, float64(len(words)))
		length = append(length, float64(len(words)+len(Words(t.Given))))
		hashtags, mentions, emoji = append(hashtags, of(isHashtag)), append(mentions, of(isMention)), append(emoji, of(hasEmoji))
	}
	if len(lists) == 0 {
		return Variety{}, errors.New("compare: texts without words have no variety to measure")
	}
	v := Variety{Texts: len(lists), Words: int(sum(count))}
	measure := func(above, below []float64) Measure { return MeasureOf(above, below, o.Seed) }
	v.Length = measure(length, one)
	v.Hashtags, v.Mentions, v.Emoji = measure(hashtags, count), measure(mentions, count), measure(emoji, count)

	v.Sampled.Words, v.Sampled.Texts = v.Words, min(len(lists), mostTexts)
	if o.Words > 0 {
		v.Sampled.Words = min(v.Words, o.Words)
	}
	if o.Texts > 0 {
		v.Sampled.Texts = min(v.Sampled.Texts, o.Texts)
	}
	random := rand.New(rand.NewPCG(o.Seed, varietyStream))
	for range varietyDraws {
		order := random.Perm(len(lists))
		for n := range v.Distinct {
			v.Distinct[n] += distinct(lists, order, v.Sampled.Words, n+1) / varietyDraws
		}
	}
	sample := make([][]string, v.Sampled.Texts)
	for i, j := range random.Perm(len(lists))[:len(sample)] {
		sample[i] = lists[j]
	}
	v.SelfBLEU = selfBLEU(sample)
	return v, nil
}

// distinct is the share of different n-grams in the first words of the lists,
// taken in the order given. n-grams do not go from one list into the next.
func distinct(lists [][]string, order []int, words, n int) float64 {
	seen := map[[bleuOrder]string]struct{}{}
	all := 0
	for _, i := range order {
		list := lists[i][:min(len(lists[i]), words)]
		words -= len(list)
		for j := 0; j+n <= len(list); j++ {
			seen[gram(list[j:j+n])] = struct{}{}
			all++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(len(seen)) / float64(all)
}

// gram is an n-gram as a key; what it lacks to four words is empty.
func gram(words []string) (key [bleuOrder]string) {
	copy(key[:], words)
	return key
}

// selfBLEU is the mean BLEU-4 of each list against all others.
func selfBLEU(lists [][]string) float64 {
	if len(lists) < 2 {
		return 0
	}
	// A text's n-gram counts at most as often as it stands in any one other text:
	// that is the most of all texts, or the second most where the text itself has
	// the most.
	type most struct{ first, owner, second int }
	best := map[[bleuOrder]string]most{}
	counts := make([]map[[bleuOrder]string]int, len(lists))
	for i, list := range lists {
		counts[i] = map[[bleuOrder]string]int{}
		for n := 1; n <= bleuOrder; n++ {
			for j := 0; j+n <= len(list); j++ {
				counts[i][gram(list[j:j+n])]++
			}
		}
		for g, c := range counts[i] {
			switch m := best[g]; {
			case c > m.first:
				best[g] = most{c, i, m.first}
			case c > m.second:
				best[g] = most{m.first, m.owner, c}
			}
		}
	}
	total := 0.0
	for i, list := range lists {
		var matched, all [bleuOrder]int
		for g, c := range counts[i] {
			n := bleuOrder - 1
			for g[n] == "" {
				n--
			}
			m := best[g]
			limit := m.first
			if m.owner == i {
				limit = m.second
			}
			matched[n] += min(c, limit)
			all[n] += c
		}
		total += bleu(matched, all) * brevity(lists, i, len(list))
	}
	return total / float64(len(lists))
}

// bleu is the geometric mean of the precisions. As in nltk, none but those of
// longer n-grams are smoothed: a text that shares no word has 0.
func bleu(matched, all [bleuOrder]int) float64 {
	if matched[0] == 0 {
		return 0
	}
	logs := 0.0
	for n := range matched {
		m := float64(matched[n])
		if matched[n] == 0 {
			m = 0.1
		}
		logs += math.Log(m / float64(max(1, all[n])))
	}
	return math.Exp(logs / bleuOrder)
}

// brevity is BLEU's penalty for a text that is shorter than the other one whose
// length is nearest (of two as near, the shorter).
func brevity(lists [][]string, own, length int) float64 {
	nearest := -1
	for i, list := range lists {
		if i == own {
			continue
		}
		d, best := absolute(len(list)-length), absolute(nearest-length)
		if nearest < 0 || d < best || d == best && len(list) < nearest {
			nearest = len(list)
		}
	}
	if length > nearest {
		return 1
	}
	return math.Exp(1 - float64(nearest)/float64(length))
}

func absolute(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
