package compare

import (
	"errors"
	"math/rand/v2"
	"slices"
)

// VarietyOptions say on how much text variety is measured: the same amount for
// all groups that are compared, because the more text, the more of it repeats.
type VarietyOptions struct {
	Words int // for the distinct n-grams; 0 means all
	Texts int // for self-BLEU; 0 means all, at most 200
	// Lengths, if any, are the lengths in words of the texts that these are compared with.
	// For self-BLEU, which depends on length, each text is cut to a length drawn from them,
	// and left out if it is shorter.
	Lengths []int
	Seed    uint64
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
		Words Samples `json:"words"` // for the distinct n-grams
		Texts Samples `json:"texts"` // for self-BLEU
	} `json:"sampled"`
	// Distinct[n−1] is the share of different n-grams among all.
	Distinct [2]Measure `json:"distinct"`
	// SelfBLEU is high where texts repeat each other.
	SelfBLEU Measure `json:"self_bleu"`
	Length   Measure `json:"length"` // words in a text, mean
	Hashtags Measure `json:"hashtags"`
	Mentions Measure `json:"mentions"` // shares of the words
	Emoji    Measure `json:"emoji"`
}

// Samples are what repetition was measured on: the number of samples, which have no text in
// common, the words or texts in each, and the number of texts in all of them.
type Samples struct {
	Size  int `json:"size"`
	Count int `json:"count"`
	Texts int `json:"texts"`
}

// varietyStream keeps these random numbers independent of all others drawn from the same
// seed.
const varietyStream = 0x76617279 // "vary"

// mostSamples are the most samples that repetition is measured on, mostTexts the
// most texts that self-BLEU compares in one.
const (
	mostSamples = 20
	mostTexts   = 200
)

// VarietyOf measures the texts' variety, by [Words]:
//
//   - distinct-1 and distinct-2, different n-grams over all n-grams (Li et al., "A
//     Diversity-Promoting Objective Function for Neural Conversation Models", 2016), in
//     samples of o.Words words, the last text of each cut;
//   - self-BLEU (Zhu et al., "Texygen", 2018): the mean BLEU-4 of each text with all
//     others of a sample of o.Texts texts as its references, n-grams of one to four
//     words weighing the same, smoothed by method 1 of Chen and Cherry ("A
//     Systematic Comparison of Smoothing Techniques for Sentence-Level BLEU", 2014)
//     with ε = 0.1, as nltk does it;
//   - the mean length in words, and the shares of words that are hashtags, are
//     mentions, or hold emoji. Where no word is, every draw has none, and the interval is
//     [Wilson]'s of no text in so many, as if a text had only such words or none.
//
// The first two are means over samples that have no text in common, as many as the
// texts fill, at most twenty. A bootstrap repeats texts, and repetition is what they
// measure, so their intervals come from the jackknife in each sample instead (Tukey,
// 1958; Efron and Stein, 1981). How often they hold the mean of 2,000 other samples was
// tried with 400 samples of 30, 100 and 200 texts, from 8,688 tweets and from texts of a
// Markov chain with few and with many repeated ones: those of distinct n-grams do in 91
// to 98 of 100, those of self-BLEU in 96 to 98 with 200 texts, 88 to 99 with 100 and 84
// to 94 with 30, for of few texts it hangs on the near copies that are among them.
func VarietyOf(texts []Written, o VarietyOptions) (Variety, error) {
	var lists [][]int32 // of the words' numbers
	numbers := map[string]int32{}
	var count, length, hashtags, mentions, emoji, one []float64
	for _, t := range texts {
		words := Words(t.Text)
		if len(words) == 0 {
			continue
		}
		list := make([]int32, len(words))
		for i, word := range words {
			if numbers[word] == 0 {
				numbers[word] = int32(len(numbers) + 1)
			}
			list[i] = numbers[word]
		}
		lists = append(lists, list)
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
	share := func(words []float64) Measure {
		m := MeasureOf(words, count, o.Seed)
		if m.Value == 0 {
			m.Within = Wilson(0, len(lists))
		}
		return m
	}
	v.Length = MeasureOf(length, one, o.Seed)
	v.Hashtags, v.Mentions, v.Emoji = share(hashtags), share(mentions), share(emoji)

	random := rand.New(rand.NewPCG(o.Seed, varietyStream))
	random.Shuffle(len(lists), func(i, j int) { lists[i], lists[j] = lists[j], lists[i] })
	samples := samplesOfWords(lists, atMost(o.Words, v.Words))
	v.Sampled.Words = sampled(atMost(o.Words, v.Words), samples)
	for n := range v.Distinct {
		v.Distinct[n] = meanShare(samples, func(sample [][]int32) estimate { return distinct(sample, n+1) })
	}
	if len(o.Lengths) > 0 {
		lists = cut(lists, o.Lengths, random)
	}
	if len(lists) == 0 {
		return v, nil
	}
	samples = samplesOfTexts(lists, atMost(o.Texts, min(len(lists), mostTexts)))
	v.Sampled.Texts = sampled(len(samples[0]), samples)
	v.SelfBLEU = meanShare(samples, selfBLEU)
	return v, nil
}

// cut cuts each list to a length that is drawn; those that are shorter are left out.
func cut(lists [][]int32, lengths []int, random *rand.Rand) [][]int32 {
	var long [][]int32
	for _, list := range lists {
		if n := lengths[random.IntN(len(lengths))]; n <= len(list) {
			long = append(long, list[:n])
		}
	}
	return long
}

// Lengths are the numbers of words of texts, those without words left out.
func Lengths(texts []Written) []int {
	var lengths []int
	for _, t := range texts {
		if n := len(Words(t.Text)); n > 0 {
			lengths = append(lengths, n)
		}
	}
	return lengths
}

// atMost is what is wished, 0 being all, of what there is.
func atMost(wish, all int) int {
	if wish > 0 {
		return min(wish, all)
	}
	return all
}

// sampled counts the samples, of so many words or texts each, and their texts.
func sampled(size int, samples [][][]int32) Samples {
	s := Samples{Size: size, Count: len(samples)}
	for _, sample := range samples {
		s.Texts += len(sample)
	}
	return s
}

// samplesOfTexts cuts the lists, in their order, into samples of so many. What does
// not fill one is left over.
func samplesOfTexts(lists [][]int32, size int) [][][]int32 {
	count := min(len(lists)/size, mostSamples)
	return slices.Collect(slices.Chunk(lists[:count*size], size))
}

// samplesOfWords fills samples of so many words with the lists, in their order. What
// is too much of the last list of each is cut, and what does not fill one left over.
func samplesOfWords(lists [][]int32, words int) (samples [][][]int32) {
	var sample [][]int32
	missing := words
	for _, list := range lists {
		list = list[:min(len(list), missing)]
		sample = append(sample, list)
		if missing -= len(list); missing > 0 {
			continue
		}
		if samples = append(samples, sample); len(samples) == mostSamples {
			break
		}
		sample, missing = nil, words
	}
	return samples
}

// distinct is the share of different n-grams in the lists; none goes from one list
// into the next. A list left out takes with it the n-grams that stand in no other, but
// it also leaves fewer words, and the fewer there are the less they repeat. The change
// without it is therefore held against what as many words bring along on average: so
// the variance is that among samples of as many words.
func distinct(lists [][]int32, n int) estimate {
	const several = -1
	owner := map[gram]int{}
	words, all := 0.0, 0.0
	grams := make([]float64, len(lists))
	for i, list := range lists {
		words += float64(len(list))
		for j := 0; j+n <= len(list); j++ {
			g := gramOf(list[j : j+n])
			if first, known := owner[g]; !known {
				owner[g] = i
			} else if first != i {
				owner[g] = several
			}
			grams[i]++
		}
		all += grams[i]
	}
	if all == 0 {
		return estimate{}
	}
	e := estimate{value: float64(len(owner)) / all}
	// What a list brings along: the n-grams that it alone has, less those that it would
	// have alone if they were different in it as often as in all.
	brought := make([]float64, len(lists))
	for i := range lists {
		brought[i] = -e.value * grams[i]
	}
	for _, i := range owner {
		if i != several {
			brought[i]++
		}
	}
	perWord := sum(brought) / words
	changes := make([]float64, len(lists))
	for i, list := range lists {
		changes[i] = -(brought[i] - perWord*float64(len(list))) / all
	}
	e.variance = jackknife(changes)
	return e
}
